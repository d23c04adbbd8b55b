"""The browser the mini-programs run in: started, spoken to over its DevTools port, watched."""
