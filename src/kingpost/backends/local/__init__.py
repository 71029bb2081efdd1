"""One laptop: files, SQLite, onnxruntime, llama.cpp, a child process that trains."""
