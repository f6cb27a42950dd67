// Experiment: the content of one experiment file, resolved: with defaults, and with overrides merged into
// each named scenario. Made by experiment/file, which has checked every limit and name. A plain value without
// behaviour; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/index_set.hpp"
#include "controller/experiment/outputs.hpp"
#include "controller/experiment/parameter.hpp"
#include "controller/experiment/policy.hpp"
#include "controller/experiment/resources.hpp"
#include "controller/experiment/runner.hpp"

namespace flowyard::controller::experiment {

enum class IntegrationMethod { Euler, RungeKutta2, RungeKutta4, RungeKuttaAuto };

// What the experiment changes in the model's own time settings; all in the model's unit of time.
struct TimeSettings {
  std::optional<double> start;
  std::optional<double> stop;
  std::optional<double> step;
  std::optional<double> save_every;
  std::optional<IntegrationMethod> method;

  bool operator==(const TimeSettings&) const = default;
};

struct ModelReference {
  std::string path;          // in the bundle; empty: the model stands in the experiment file itself
  std::string sent_as = {};  // where it lies for a program, if not there

  bool operator==(const ModelReference&) const = default;
};

// One entry under `scenarios:`, or the implicit one, which has the experiment's name. Everything here is in
// force: the experiment's own settings with this scenario's overrides laid over them.
struct NamedScenario {
  std::string name;
  std::string title;  // for tables; the name where the file has none
  ModelReference model;
  std::uint32_t program = 0;              // which of the compiled programs that the reader returned with it
  std::vector<ParameterSpec> parameters;  // in file order, initial values of stocks after parameters
  std::vector<std::string> overridden;    // the names that its own entry sets, for tables
  TimeSettings time;
  ResourceClass resources;

  bool operator==(const NamedScenario&) const = default;
};

// A region sets parameters to fixed values, arrays or series; where one was an axis, its design points stay,
// all with the region's value, so that points pair across regions. Where a named scenario's own entry sets
// the same parameter, the scenario's value holds.
struct Region {
  std::string name;
  std::vector<ParameterSpec> parameters;

  bool operator==(const Region&) const = default;
};

enum class DesignMethod {
#define AXES(Name, word, meaning) Name,
#define SAMPLING(Name, word, meaning) Name,
#include "controller/experiment/design_methods.def"
#undef AXES
#undef SAMPLING
};

struct Design {
  DesignMethod axes = DesignMethod::Grid;        // Grid or Zip
  DesignMethod sampling = DesignMethod::Random;  // any of the others
  std::uint64_t samples = 1;                     // 1 where no parameter is random
  // How many samples there were after each round, where some were added later: rising, `samples` the last.
  // What later rounds add is numbered after all that was there before.
  std::vector<std::uint64_t> rounds = {};

  bool operator==(const Design&) const = default;
};

inline constexpr int kLeastPriority = -100, kMostPriority = 100;

struct Experiment {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  int priority = 0;                       // among experiments that want workers: higher first
  std::vector<ParameterSpec> parameters;  // as the file has them; NamedScenario::parameters is what holds
  std::vector<NamedScenario> scenarios;   // at least one
  std::optional<IndexSet> only;           // what of the scenario space is run; none: all
  Design design;
  std::vector<Region> regions;  // empty: none
  std::uint64_t replications = 1;
  Outputs outputs;
  Workers workers;
  Timeouts timeout;
  Retry retry;
  Failures failures;
  NotFinite not_finite = NotFinite::Mark;
  Keep keep;
  std::optional<Runner> runner;  // none: the engine
  // The overrides of the file, by dotted key ("workers.count"), as YAML. All are applied.
  std::map<std::string, std::string> overrides;

  bool operator==(const Experiment&) const = default;
};

const char* to_string(IntegrationMethod method);  // "euler", "rk2", "rk4", "auto"
const char* to_string(DesignMethod method);       // "grid", "zip", "random", ...

}  // namespace flowyard::controller::experiment
