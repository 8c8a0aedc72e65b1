global using EventWatcher.TestKit;
