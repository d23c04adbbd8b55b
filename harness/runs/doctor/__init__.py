"""What is wrong with a project, a machine or DevTools, told with what to do about it."""
