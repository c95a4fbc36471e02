import Daemon

await Confirmd.main()
