"""Pages of the Streamlit page: clients of the API and of nothing else.

ask (turn, feedback_form) -> reviews -> documents
"""
