"""The participants as checks act on them: by API, each as people of its own."""
