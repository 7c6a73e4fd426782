"""The documentation: pages of ``pages/``, and those made of rules, dictionaries and commands.

``python -m fitslint.docs FOLDER`` builds it, with MkDocs and its theme Material
(``pip install 'fitslint[docs]'``).
"""
