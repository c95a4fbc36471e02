internal import ArgumentParser

/// The program: reads the command line and carries out what it says.
public enum Devnet {
    public static func main() async { await DevnetCommand.main() }
}
