"""The demo shop, 橙子小铺 (Orange Shop). It imports nothing of the harness."""
