"""What apps send and receive: requests, transfers, sockets, and the domains they may reach."""
