"""The linkage contract as pytest sees it: ``contracts/linkage.yaml::product::website→miniprogram[appears]``."""
