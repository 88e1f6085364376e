"""The pages: server-rendered, Chinese, without accounts, without JavaScript."""
