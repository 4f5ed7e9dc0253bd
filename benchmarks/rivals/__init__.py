"""What our work stands beside. Each is run in a process of its own, with the standard library, its
tool, and nothing of the product.
"""
