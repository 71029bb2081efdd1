"""The HTTP door: API, viewer, and the Streamlit page, in one process."""
