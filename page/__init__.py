"""The page that `play.py` serves: runs to look at and to play with, trainings, a playground.

`routes.py` lists what the server answers, a line each: method, path, and a function of a
`requests.Request` that returns what becomes JSON. `static/` holds the page's own files: `app.js`
opens the view that the address behind `#` names, a module with one function `show(element,
address)`, which fills the element and returns a function that tidies up.
"""
