import Foundation
import Glibc

/// A Debian 12 of its own, booted with systemd in a container, as an operator has it before he installs confirmd: PostgreSQL
/// with its cluster and Litecoin's node are there, `/src` holds what a checkout has after the build. What is changed in it is
/// gone when it ends. It has no network but its own loopback.
public final class BootedDebian: Sendable {
    /// Made by `prepare_debian` of deploy/packages.sh.
    private static let image = Package.file(".build-debian")

    /// Whether this host lets us have one: that takes root, and a kernel that lets root make namespaces.
    public static let isAvailable: Bool = {
        guard getuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-nspawn"),
            FileManager.default.fileExists(atPath: image + "/etc/debian_version"),
            let trial = try? Child(command("trial", "--pipe") + ["/bin/true"])
        else { return false }
        let deadline = ContinuousClock.now + Duration.seconds(30).patiently
        while trial.exit == nil, ContinuousClock.now < deadline { usleep(10_000) }
        return trial.exit == .status(0)
    }()

    /// In a space of processes of its own, so that all of them end with this one however it ends.
    private static func command(_ name: String, _ options: String...) -> [String] {
        [
            "unshare", "--fork", "--kill-child", "--pid", "--mount-proc", "systemd-nspawn", "--quiet",
            "--directory", image, "--machine=confirmd-\(getpid())-\(name)", "--volatile=overlay", "--private-network",
            "--register=no", "--keep-unit", "--link-journal=no", "--resolv-conf=off",
        ] + options
    }

    private let container: Child
    private let leader: pid_t

    public init() async throws {
        let source = try Self.source()
        let log = Scratch.newPath("debian")
        let child = try Child(
            Self.command(
                log.split(separator: "/").last.map(String.init) ?? "", "--boot", "--bind-ro=\(source):/src")
                + Self.runtime.map { "--bind-ro=\($0)" }, output: log)
        container = child
        /// It has not ended: then nothing would come of waiting.
        func goesOn() throws {
            guard child.exit != nil else { return }
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw TestFailure("Debian did not boot: \(said)", isFinal: true)
        }
        let found = try await eventually(
            "Debian boots", within: .seconds(60),
            look: {
                try goesOn()
                return Self.descendant(of: child.pid)
            }, holds: { $0 != nil })
        guard let found else { throw TestFailure("Debian did not boot") }
        leader = found
        // Its first process is there before anybody can talk to it.
        try await eventually("Debian is up", within: .seconds(60)) {
            try goesOn()
            let state = try await self.run("systemctl is-system-running").stdout
            return ["running\n", "degraded\n"].contains(state)
        }
        try await succeed(
            """
            echo 127.0.1.1 $(hostname) >> /etc/hosts
            echo '\(Self.runtime.joined())' > /etc/ld.so.conf.d/swift.conf
            ldconfig
            """)
    }

    deinit { container.signal(SIGKILL) }

    /// Runs a script as root, as a login shell of bash would, in `/src`.
    public func run(_ script: String, within limit: Duration = .seconds(120)) async throws -> Command.Output {
        try await Command.run(
            [
                "nsenter", "--target", String(leader), "--all", "env", "-i", "HOME=/root", "USER=root", "LANG=C.UTF-8",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SUDO_EDITOR=/usr/local/bin/edit",
                "SYSTEMD_PAGER=cat", "bash", "-O", "expand_aliases", "-c", "cd /src\n" + script,
            ], within: limit)
    }

    /// The same of a script that must succeed; returns its output without the last line break.
    @discardableResult
    public func succeed(_ script: String) async throws -> String {
        let output = try await run(script)
        guard output.exit == .status(0) else {
            throw TestFailure("\(script): \(output.exit): \(output.stderr)\(output.stdout)")
        }
        return String(output.stdout.trimmingSuffix(while: \.isNewline))
    }

    /// What of a checkout the documents' commands need, with the executable in the place of a release build.
    private static func source() throws -> String {
        let folder = try Scratch.folder("source")
        chmod(folder, 0o755)
        let files = FileManager.default
        for part in ["deploy", "config", "docs"] {
            try files.copyItem(atPath: Package.file(part), toPath: "\(folder)/\(part)")
        }
        try files.createDirectory(atPath: "\(folder)/.build/release", withIntermediateDirectories: true)
        try files.copyItem(atPath: try Executable.required, toPath: "\(folder)/.build/release/confirmd")
        return folder
    }

    /// Where the Swift runtime is that this process and the executable are linked with.
    private static let runtime: [String] = {
        // To its end: it has no size.
        let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let name = "/libswiftCore.so"
        return String(decoding: maps ?? Data(), as: UTF8.self).split(separator: "\n").first { $0.hasSuffix(name) }
            .flatMap { $0.split(separator: " ").last?.dropLast(name.count) }.map { [String($0)] } ?? []
    }()

    /// The container's first process: the child of `pid` that has systemd's name.
    private static func descendant(of pid: pid_t) -> pid_t? {
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        for child in children.split(separator: " ").compactMap({ pid_t($0) }) {
            let name = (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) ?? ""
            if name == "systemd\n" { return child }
            if let found = descendant(of: child) { return found }
        }
        return nil
    }
}
