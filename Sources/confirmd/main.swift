print("confirmd")
