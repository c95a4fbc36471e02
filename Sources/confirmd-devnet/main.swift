import Devnet

await Devnet.main()
