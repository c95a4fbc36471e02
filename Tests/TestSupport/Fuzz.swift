import Foundation
import Glibc

/// Gives a decoder mutated inputs until its time is up, and looks at what each one costs. It has the process to itself:
/// call it in an exit test, whose process a crash, or an input that never comes to an end, brings down.
///
///     await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
///         await Fuzz.report {
///             var fuzz = Fuzz("the decoder", Mutator(sound, seed: Seed.value))
///             try await fuzz.run(for: Fuzz.time) { (try? decode($0)) != nil }
///         }
///     }
public struct Fuzz {
    /// How long all decoders of a module are given: 20 seconds, or CONFIRMD_TEST_FUZZ_SECONDS.
    public static let time: Duration = .seconds(
        ProcessInfo.processInfo.environment["CONFIRMD_TEST_FUZZ_SECONDS"].flatMap { Int($0) } ?? 20)

    /// An input may take this many times its length in memory, beside what any takes.
    public static let memoryFactor = 10
    private static let memoryAllowance = 2 << 20
    /// Processor time that an input may take, beside what any takes: ample for unoptimized code, and far less than what
    /// grows with the square.
    private static let timePerByte: Duration = .microseconds(20)
    private static let timeAllowance: Duration = .seconds(1)
    /// Seconds after which SIGALRM ends the process.
    private static let patience: UInt32 = 60

    /// Inputs before anything is measured: the first ones of a process load what all later ones use.
    public var warmUp = 50

    private let name: String
    private var mutator: Mutator
    /// What the name of the file with an input begins with; in memory where that is possible, for there are many.
    private static let filePrefix = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/confirmd-fuzz-"

    /// Does `work`, and ends the process with what went wrong on its standard output.
    public static func report(_ work: () async throws -> Void) async {
        do { try await work() } catch {
            write("\(error)")
            exit(EXIT_FAILURE)
        }
    }

    /// At once, so that a crash loses nothing.
    private static func write(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    public init(_ name: String, _ mutator: Mutator) {
        self.name = name
        self.mutator = mutator
    }

    /// Runs `target` on one input after the other. It returns whether it took the input for sound, and throws where
    /// something is wrong with the decoder. The input is in a file as long as it is being looked at. The figures go to
    /// the standard output.
    public mutating func run(for time: Duration, _ target: ([UInt8]) async throws -> Bool) async throws {
        var memory = ResidentMemory()
        var figures = FuzzFigures(name: name)
        let clock = ContinuousClock()
        let end = clock.now + time
        let file = Self.filePrefix + name.replacing(" ", with: "-") + "-\(getpid())"
        defer { alarm(0) }
        var count = 0
        while clock.now < end {
            let input = mutator.next()
            count += 1
            try Data(input).write(to: URL(fileURLWithPath: file))
            alarm(Self.patience)
            memory.reset()
            let start = Self.processorTime
            do {
                figures.accepted += try await target(input) ? 1 : 0
            } catch {
                throw TestFailure("\(name): \(error); the input is in \(file)", isFinal: true)
            }
            guard count > warmUp else { continue }
            let spent = Self.processorTime - start
            let growth = memory.growth
            figures.add(input.count, spent: spent, growth: growth)
            if Self.isSanitized { continue }
            guard spent <= Self.timeAllowance + Self.timePerByte * input.count else {
                throw TestFailure("\(name): \(spent) for \(input.count) bytes; the input is in \(file)", isFinal: true)
            }
            guard growth <= Self.memoryAllowance + Self.memoryFactor * input.count else {
                throw TestFailure(
                    "\(name): \(growth) bytes of memory for \(input.count); the input is in \(file)", isFinal: true)
            }
        }
        unlink(file)
        Self.write(figures.description)
    }

    /// Removes the inputs that a fuzzing of this name left, in whatever process.
    public static func forget(_ name: String) {
        let prefix = URL(fileURLWithPath: filePrefix + name.replacing(" ", with: "-"))
        let folder = prefix.deletingLastPathComponent().path
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where file.hasPrefix(prefix.lastPathComponent) {
            unlink("\(folder)/\(file)")
        }
    }

    /// Built with `--sanitize`: what memory and time it then takes says nothing of the decoders.
    public static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
