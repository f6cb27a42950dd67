// The messages of worker protocol v1 as plain values; docs/worker-protocol.md specifies them for people. The
// encodings stand in json.hpp (always accepted) and columns.hpp (binary, what the native worker uses).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace flowyard::worker::protocol {

inline constexpr int kVersion = 1;

// Header that carries a lease's token with its results.
inline constexpr const char* kLeaseTokenHeader = "Flowyard-Lease-Token";
inline constexpr const char* kJsonType = "application/json";
inline constexpr const char* kColumnsType = "application/vnd.flowyard.columns";

// Worker -> controller, once per connection to a controller.
struct Hello {
  int protocol = kVersion;
  std::string worker;   // the name that it was given
  std::string runner;   // "native", or another's own name
  std::string version;  // of the worker program
};

// The reply: the protocol settings of this controller. All spans in seconds.
struct Welcome {
  int protocol = kVersion;
  std::string controller;  // changes when the controller restarts
  double heartbeat_every = 1;
  double lease_wait = 20;      // how long a lease request may stay unanswered
  double silence_limit = 120;  // after so long without any answer the worker exits by itself
};

// One named input of a batch. Shape: values[element * n + scenario] with n = 1 when it is the same for every
// scenario of the batch (`shared`), else n = count of scenarios.
struct InputColumn {
  std::string name;
  std::uint64_t elements = 1;
  bool shared = true;
  std::vector<double> values;
};

// A parameter that changes over time, the same for every scenario of the batch: linear between the points.
struct InputSeries {
  std::string name;
  std::vector<double> times;
  std::vector<std::vector<double>> values;  // [element][point]
};

struct TimeChoice {
  std::optional<double> start, stop, step, save_every;
  std::string method;  // "euler", "rk2", "rk4", ... or empty for the model's own
};

// How a program that is not the engine computes scenarios. Of a grant for such a worker.
struct ProgramRun {
  std::vector<std::string> command;        // run in the folder with the bundle's files
  bool stream = false;                     // one process for many scenarios, a line in and a line out
  std::map<std::string, std::string> env;  // beside the image's
  bool interpolate = false;                // series may come at other times than the saved ones
  double timeout = 0;                      // seconds without a sign of life of one scenario
  std::vector<InputColumn> inputs;         // values of parameters that the experiment leaves as they are
  std::string scenario, region;            // names; region empty where there are none
  std::vector<std::string> files = {};     // patterns of the files to keep of each scenario: "plots/*.png"
  bool trace = false;                      // what went in, came out and was made of it goes to the log
};

// Controller -> worker: a run of consecutive scenarios.
struct LeaseGrant {
  std::int64_t lease = 0;
  std::string token;
  std::string experiment;
  std::string scenario;  // name of the named scenario
  std::string program;   // SHA-256 of the compiled program; GET /v1/programs/<hash>
  std::string bundle;    // SHA-256 of the bundle; GET /v1/bundles/<hash>; for runners that are not native
  std::string model;     // path of the model in the bundle; empty when inline
  std::uint64_t seed = 0;
  std::uint64_t first = 0;  // index of the first scenario
  std::uint64_t count = 0;
  std::vector<std::uint64_t> draws;  // one per scenario
  std::vector<InputColumn> parameters, initial;
  std::vector<InputSeries> series_parameters;
  TimeChoice time;
  std::vector<std::string> outputs;  // series asked for
  std::vector<double> keep_times;    // of the saved times, those at which series are wanted; empty: all
  struct Outcome {
    std::string name, expression;
  };
  std::vector<Outcome> outcomes;
  std::optional<ProgramRun> runner = {};  // none: the engine
};

// A failed scenario whose worker goes on.
struct ScenarioFailure {
  std::uint64_t scenario = 0;  // its index
  std::string cause;           // "app_exit", "oom", "timeout"
  std::string message;         // for people: what happened, and the program's last lines
};

// Worker -> controller: results of consecutive scenarios of a lease, from its front on.
struct ResultSeries {
  std::string name;
  std::vector<std::string> elements;  // empty for a scalar
  std::vector<double> values;         // [(saved * max(1, elements) + element) * count + scenario]
};
// A file that a scenario's program wrote. Its content is sent before: POST /v1/leases/<id>/files.
struct ResultFile {
  std::uint64_t scenario = 0;  // its index
  std::string name;            // where it was, below the program's folder
  std::string sha256;          // as the controller named its content
};
struct ResultChunk {
  std::uint64_t chunk = 0;  // 0, 1, 2, ... within the lease
  std::uint64_t first = 0;  // index of the first scenario
  std::uint64_t count = 0;
  double compute_seconds = 0;  // wall time spent computing them
  std::vector<std::string> outcome_names;
  std::vector<std::vector<double>> outcomes;  // [outcome][scenario]; NaN where there is no value
  std::vector<double> times;                  // saved times; the same for every scenario
  std::vector<ResultSeries> series;
  std::vector<ResultFile> files = {};
  // Not empty: the reason why there is no result, for each of its scenarios in order; all else is empty.
  std::vector<ScenarioFailure> failed = {};
};

// Controller -> worker: a file's content is kept, under this name.
struct KeptFile {
  std::string sha256;
};

// Worker -> controller: the lease cannot be finished (an error of the model or the runner).
struct LeaseFailure {
  std::string message;
};

struct Heartbeat {
  double cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;  // resident now
  std::int64_t lease = 0;          // the one it works on, 0 for none
  std::uint64_t done = 0;          // scenarios of it computed
  double progress = 0;             // of the next one, 0 to 1, where its program says so
};

struct HeartbeatAnswer {
  std::vector<std::int64_t> revoked;  // leases to drop at once
  bool leave = false;                 // finish the current lease, say goodbye and exit
};

struct Goodbye {
  std::string reason;
  double cpu_seconds = 0;  // as in Heartbeat; 0: not told
  std::uint64_t memory_bytes = 0;
};

}  // namespace flowyard::worker::protocol
