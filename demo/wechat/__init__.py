"""Stand-in for WeChat: the servers an app's backend calls, and what the WeChat client on a phone does."""
