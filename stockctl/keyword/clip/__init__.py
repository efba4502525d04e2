"""CLIP and SigLIP on this machine: which models there are, fetching them once, and what they see.

A model has two towers, one for pictures and one for texts, whose vectors are near
where picture and text belong together (Radford et al., 2021; Zhai et al., 2023).
"""
