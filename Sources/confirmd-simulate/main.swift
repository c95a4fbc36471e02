import Simulation
let first = UInt64(CommandLine.arguments[1])!, n = UInt64(CommandLine.arguments[2])!
let clock = ContinuousClock()
for seed in first..<first+n {
  var s = Simulation(seed: seed, hasFaults: CommandLine.arguments.contains("f"))
  s.isTracing = CommandLine.arguments.contains("t")
  let t = clock.now
  let o = s.run()
  if s.isTracing { for l in o.trace { print(l) } }
  print(seed, o.violations, "jobs", o.jobs, "commits", o.commits, "events", o.events, "sim", o.simulated, "took", clock.now - t)
}
