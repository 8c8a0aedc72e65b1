global using System.Net;
global using EventWatcher.TestKit;
global using Microsoft.AspNetCore.Builder;
global using Microsoft.AspNetCore.Http;
