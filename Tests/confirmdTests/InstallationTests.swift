import Foundation
import TestSupport
import Testing

/// Someone installs confirmd on a fresh machine and does, line by line, what the documents say. Every line has to end as the
/// documents have it: with 0 where they name no other exit code.
@Suite(
    "Installation by the documents",
    .enabled(
        if: BootedDebian.isAvailable,
        "needs root, systemd-nspawn, a kernel that allows namespaces, and the Debian that deploy/test makes"))
struct InstallationTests {
    /// A line in the place of which something else is done here, and why.
    private enum Instead {
        /// What it would install is in the image, what it would build is in `/src`.
        static let prepared = ["sudo apt-get ", "swift ", "sudo pg_createcluster "]
        /// Endless, or about a network that is not installed here.
        static let elsewhere = ["confirmd status --watch", "confirmd explain ethereum "]
    }

    /// What an editor does: the node's URL and password, on a chain of the machine's own.
    private static let editor = #"""
        #!/bin/sh
        for file; do
            if grep -q '^network:' "$file"; then
                sed -i 's/^chain: main/chain: regtest/; s/127.0.0.1:9332/127.0.0.1:19443/' "$file"
            else
                echo hunter2 > "$file"
            fi
        done
        """#

    private func machine() async throws -> BootedDebian {
        let machine = try await BootedDebian()
        try await machine.succeed(
            """
            cat > /usr/local/bin/edit <<'END'
            \(Self.editor)
            END
            chmod 755 /usr/local/bin/edit
            systemd-run --quiet --unit=litecoind --setenv=HOME=/root litecoind -regtest -server -rest -datadir=/var/tmp -rpcport=19443 \\
                -rpcuser=confirmd -rpcpassword=hunter2 -fallbackfee=0.001 -listen=0
            """)
        try await eventually("the node answers", within: .seconds(120)) {
            try await machine.run(Self.node("getblockcount")).exit == .status(0)
        }
        try await machine.succeed(Self.node("createwallet w"))
        try await machine.succeed(Self.node("-generate 110"))
        return machine
    }

    private static func node(_ command: String) -> String {
        "litecoin-cli -regtest -rpcport=19443 -rpcuser=confirmd -rpcpassword=hunter2 \(command)"
    }

    /// Runs the lines in their order. `replacing` has what the document leaves to its reader.
    private func follow(
        _ lines: [Document.Line], on machine: BootedDebian, exits: [String: Int32] = [:],
        replacing: (String) async throws -> String
    ) async throws {
        var aliases = ""
        for line in lines {
            if (Instead.prepared + Instead.elsewhere).contains(where: line.command.hasPrefix) { continue }
            if line.command.hasPrefix("alias ") {
                aliases += line.command + "\n"
                continue
            }
            let command = aliases + (try await replacing(line.command))
            if line.command == "confirmd status" {
                // It exits with 1 until every network is followed, and is looked at until then.
                try await eventually("the networks are followed", within: .seconds(120)) {
                    try await machine.run(command).exit == .status(0)
                }
            }
            let output = try await machine.run(command)
            let expected = exits.first { line.command.hasPrefix($0.key) }?.value ?? 0
            // What comes after it rests on it.
            try #require(
                output.exit == .status(expected),
                "\(line.section): \(line.command): \(output.exit)\n\(output.stdout)\(output.stderr)")
        }
    }

    @Test("The operators' guide, from an empty machine to a paid invoice and every command after it")
    func guide() async throws {
        let machine = try await machine()
        let lines = try Document("docs/operators-guide.md").lines
        let beginning = lines.prefix { $0.section != "Thresholds" }
        #expect(beginning.count > 25)
        try await follow(Array(beginning), on: machine) { $0 }
        try await eventually("the network is followed", within: .seconds(120)) {
            try await machine.run("sudo -u confirmd confirmd status").exit == .status(0)
        }
        // The account may do what the daemon does and what operators do, and touch no table.
        let update = try await machine.run(
            "sudo -u confirmd psql confirmd -c \"UPDATE confirmd_data.network SET state = 'retired'\"")
        #expect(update.stderr.contains("permission denied"), "\(update.stdout)\(update.stderr)")
        let sessions = try await machine.succeed(
            "sudo -u postgres psql -Atc \"SELECT count(*) FROM pg_stat_activity WHERE usename = 'confirmd'\"")
        #expect(sessions == "6", "two a lane and two more, as the guide says")

        // The role that it gives a shop's backend makes invoices.
        try await machine.succeed("sudo -u confirmd confirmd project set shop")
        func invoice(_ order: String) async throws -> (id: String, address: String) {
            let address = try await machine.succeed(Self.node("getnewaddress"))
            let id = try await machine.succeed(
                """
                sudo -u postgres psql -q -d confirmd -At -c 'SET ROLE shop' -c "SELECT confirmd.create_invoice('shop', '\(order)',
                    '[{\\"asset\\": \\"LTC\\", \\"address\\": \\"\(address)\\", \\"amount\\": \\"0.5\\"}]')"
                """)
            return (id, address)
        }
        let paid = try await invoice("paid")
        try await machine.succeed(Self.node("sendtoaddress \(paid.address) 0.5"))
        try await machine.succeed(Self.node("-generate 12"))
        try await eventually("it is paid", within: .seconds(120)) {
            try await machine.succeed("sudo -u confirmd confirmd invoice show \(paid.id)").contains("paid")
        }
        // With the password as a credential of the unit, as the guide has it.
        try await machine.succeed(
            """
            mkdir -p /etc/systemd/system/confirmd.service.d
            printf '[Service]\\nLoadCredential=litecoin:/etc/confirmd/secrets/litecoin\\n' \\
                > /etc/systemd/system/confirmd.service.d/override.conf
            chmod 600 /etc/confirmd/secrets/litecoin
            sed -i 's|/etc/confirmd/secrets/litecoin|$CREDENTIALS_DIRECTORY/litecoin|' /etc/confirmd/networks.d/litecoin.yaml
            systemctl daemon-reload
            systemctl restart confirmd
            """)
        try await machine.succeed(
            "sudo -u postgres psql -d confirmd -c \"SELECT confirmd.acknowledge('old-shop', 1, 0)\"")
        let open = [try await invoice("mark paid"), try await invoice("cancel")]
        try await eventually("their addresses are watched", within: .seconds(120)) {
            try await machine.succeed(
                "sudo -u postgres psql -Atd confirmd -c 'SELECT count(registered_at) FROM confirmd.invoice_option'")
                == "3"
        }
        let alias = lines.filter { $0.command.hasPrefix("alias ") }
        let rest = lines.drop { $0.section != "Thresholds" }.filter {
            $0.section != "Speed" && $0.section != "Ethereum"
        }
        #expect(rest.count > 20)
        try await follow(
            alias + rest + Document("docs/upgrading.md").lines, on: machine,
            // Nothing is halted here: it is refused, and says so.
            exits: ["confirmd network resume": 1]
        ) { command in
            let invoice = command.contains("cancel") ? open[1].id : open[0].id
            return command.replacing("01234567-89ab-4def-8123-456789abcdef", with: invoice)
        }
        #expect(try await machine.run("systemctl is-active confirmd").exit == .status(0))
    }

    @Test("The README's first invoice")
    func readme() async throws {
        let machine = try await machine()
        // As deploy/demo leaves it: PostgreSQL is installed and has no cluster.
        try await machine.succeed("pg_dropcluster --stop 15 main && pg_createcluster 15 main --start")
        let lines = try Document("README.md").lines.filter { $0.section == "A first invoice" }
        let start = try #require(lines.firstIndex { $0.command == "confirmd run" })
        try await follow(Array(lines[..<start]), on: machine) { $0 }
        try await machine.succeed("systemd-run --quiet --unit=first --setenv=HOME=/root confirmd run")
        try await eventually("the network is followed", within: .seconds(120)) {
            try await machine.run("confirmd status").exit == .status(0)
        }
        let address = try await machine.succeed(Self.node("getnewaddress"))
        var made = ""
        for line in lines[(start + 1)...] {
            let command = line.command.replacing("ltc1…", with: address).replacing(" ID", with: " \(made)")
            let output = try await machine.run(command)
            #expect(output.exit == .status(0), "\(line.command): \(output.stdout)\(output.stderr)")
            if line.command.contains("invoice create") {
                made = output.stdout.trimmingCharacters(in: .newlines)
            }
        }
        #expect(try await machine.succeed("confirmd invoice show \(made)").contains("paid"))
    }
}
