// engine_bench: the engine against scalar C made from the same Program, against C vectorised by hand and,
// with figures that engine.py brings, against PySD; all on one core, by turns, the best of several rounds
// each.
//
//   engine_bench CC FOLDER xmile            writes the models as XMILE into FOLDER
//   engine_bench CC FOLDER run [NAME NS]... measures; PySD needed NS nanoseconds for a step of model NAME
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <initializer_list>
#include <map>
#include <memory>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/simplify/simplify.hpp"
#include "controller/model/xmile/read.hpp"
#include "controller/model/xmile/write.hpp"
#include "controller/model/yaml/read.hpp"
#include "tests/bench/models.hpp"
#include "tests/bench/scalar_c.hpp"
#include "worker/engine/runner.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::bench {
namespace {

using namespace worker::engine;
using Clock = std::chrono::steady_clock;
using RunLane = void (*)(const double*, double*);
using HandLanes = void (*)(std::size_t, std::size_t, double, double, const double*, double*);

template <class Value>
Value checked(Results<Value> result) {
  if (!result) throw std::runtime_error(to_string(result.error().front()));
  return std::move(*result);
}

struct Places {
  std::string compiler;
  std::string folder;
};

// Builds a shared object from C with the flags that the comparison names, and keeps it loaded.
void* built(const Places& locations, const std::string& source, const std::string& name) {
  const std::string object = locations.folder + "/" + name + ".so";
  const std::string command = locations.compiler + " -O3 -march=native -ffp-contract=off -shared -fPIC -o " +
                              object + " " + source + " -lm";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  void* library = dlopen(object.c_str(), RTLD_NOW);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return library;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The least time of each, taken by turns until every one had its rounds.
std::vector<double> best_of(const std::vector<std::function<void()>>& works) {
  std::vector<double> best(works.size(), 1e300);
  const auto begin = Clock::now();
  for (int round = 0; round < 3 || (round < 2000 && Clock::now() - begin < std::chrono::milliseconds(250));
       ++round)
    for (std::size_t k = 0; k < works.size(); ++k) best[k] = std::min(best[k], seconds_of(works[k]));
  return best;
}

Program compiled(const controller::model::Model& model, const BenchModel& of) {
  return checked(controller::compiler::compile(model, {.outcomes = {{"result", of.outcome, {}}}}));
}

Program program_of(const BenchModel& model) {
  return compiled(checked(controller::model::yaml::read(model.text, model.name + ".yaml")), model);
}

RunInput input_of(const BenchModel& model, const Program& program, std::size_t lanes) {
  const Parameter* varied = find_parameter(program, model.varied);
  RunInput input{.lanes = lanes, .method = model.method};
  input.parameters.push_back({model.varied, 1, {}});
  for (std::size_t i = 0; i < lanes; ++i)
    input.parameters[0].values.push_back(varied->defaults[0] *
                                         (1 + 0.2 * static_cast<double>(i) / static_cast<double>(lanes)));
  return input;
}

std::uint64_t steps_of_model(const Program& program) {
  const TimeSlots& time = program.time;
  return steps_of({time.default_start, time.default_stop, time.default_step, time.default_save_every});
}

// The generated C, given the same lanes.
class ScalarC {
 public:
  ScalarC(const Places& locations, const BenchModel& model, const Program& program) {
    const std::string source = locations.folder + "/" + model.name + ".c";
    std::ofstream(source) << scalar_c(program, model.method);
    run_ = reinterpret_cast<RunLane>(dlsym(built(locations, source, model.name), "run_lane"));
    for (const Parameter& parameter : program.parameters) {
      if (parameter.is_lookup) continue;
      if (same_name(parameter.name, model.varied)) varied_ = parameters_.size();
      parameters_.insert(parameters_.end(), parameter.defaults.begin(), parameter.defaults.end());
    }
  }

  void run(const std::vector<double>& varied, std::vector<double>& outcomes) {
    for (std::size_t lane = 0; lane < varied.size(); ++lane) {
      parameters_[varied_] = varied[lane];
      run_(parameters_.data(), &outcomes[lane]);
    }
  }

 private:
  RunLane run_;
  std::vector<double> parameters_;
  std::size_t varied_ = 0;
};

double greatest_difference(const std::vector<double>& ours, const std::vector<double>& theirs) {
  double most = 0;
  for (std::size_t i = 0; i < ours.size(); ++i)
    most = std::max(most, std::abs(ours[i] - theirs[i]) / std::max(1e-300, std::abs(theirs[i])));
  return most;
}

// Peak memory in KiB of a process that compiles the model and runs so many lanes. Where compiling takes more
// than running, it hides what the lanes take.
long peak_memory(const BenchModel& model, std::size_t lanes) {
  const pid_t child = fork();
  if (child == 0) {
    const auto program = std::make_shared<const Program>(program_of(model));
    RunOutput output;
    const auto ok = Runner(program).run(input_of(model, *program, lanes), output);
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
    throw std::runtime_error("the run for memory failed");
  return usage.ru_maxrss;
}

void print_memory(const std::vector<BenchModel>& all) {
  std::printf("%-22s %12s %12s %18s\n", "memory", "slots", "bytes/lane", "peak, 10k - 1k");
  for (const BenchModel& model : all) {
    const auto program = std::make_shared<const Program>(program_of(model));
    const long peak = peak_memory(model, 10'000) - peak_memory(model, 1'000);
    std::printf("%-22s %12u %12zu %11.0f B/lane\n", model.name.c_str(), program->slots,
                Runner(program).bytes_per_lane(), static_cast<double>(peak) * 1024 / 9000);
  }
}

// One run of a model that nobody has read yet, from YAML and from XMILE, in microseconds.
void print_single_runs(const std::vector<BenchModel>& all) {
  using namespace controller::model;
  std::printf("\n%-22s %10s %10s %10s %10s %22s\n", "one run, us", "YAML read", "XMILE read", "compile",
              "run", "all, YAML (XMILE)");
  for (const BenchModel& model : all) {
    const auto read = checked(controller::model::yaml::read(model.text, model.name + ".yaml"));
    const std::string text =
        checked(controller::model::xmile::write(checked(simplify::simplify(read, Dialect::Xmile))));
    const auto program = std::make_shared<const Program>(compiled(read, model));
    const auto run = [&](const std::shared_ptr<const Program>& given) {
      RunOutput output;
      if (!Runner(given).run({.method = model.method}, output)) throw std::runtime_error("a run failed");
    };
    const auto best =
        best_of({[&] { checked(controller::model::yaml::read(model.text, model.name + ".yaml")); },
                 [&] { checked(controller::model::xmile::read(text, model.name + ".xmile")); },
                 [&] { compiled(read, model); }, [&] { run(program); }});
    const double rest = best[2] + best[3];
    std::printf("%-22s %10.0f %10.0f %10.0f %10.0f %12.0f (%7.0f)\n", model.name.c_str(), best[0] * 1e6,
                best[1] * 1e6, best[2] * 1e6, best[3] * 1e6, (best[0] + rest) * 1e6, (best[1] + rest) * 1e6);
  }
}

void measure(const Places& locations, const BenchModel& model, const std::map<std::string, double>& pysd,
             void* hand) {
  const auto program = std::make_shared<const Program>(program_of(model));
  ScalarC c(locations, model, *program);
  Runner runner(program);
  const std::uint64_t steps = steps_of_model(*program);
  const bool logistic = model.name.starts_with("logistic");
  const auto by_hand = reinterpret_cast<HandLanes>(
      dlsym(hand, model.method == Method::RungeKutta4 ? "hand_rk4" : "hand_euler"));
  for (const std::size_t lanes : std::initializer_list<std::size_t>{1, 32, 1'000, 10'000}) {
    const RunInput input = input_of(model, *program, lanes);
    const auto& varied = input.parameters[0].values;
    RunOutput output;
    std::vector<double> outcomes(lanes);
    std::vector<double> last(lanes);
    std::vector<std::function<void()>> works{[&] {
                                               if (!runner.run(input, output))
                                                 throw std::runtime_error("a run failed");
                                             },
                                             [&] { c.run(varied, outcomes); }};
    const double dt = program->time.default_step;
    if (logistic) works.emplace_back([&] { by_hand(lanes, steps, dt, 10'000, varied.data(), last.data()); });
    const auto best = best_of(works);
    const double unit = 1e9 / static_cast<double>(steps * lanes);
    std::printf("%-22s %7zu %9.3f %9.3f %6.2f x", model.name.c_str(), lanes, best[0] * unit, best[1] * unit,
                best[1] / best[0]);
    if (logistic)
      std::printf(" %9.3f %6.2f x", best[2] * unit, best[2] / best[0]);
    else
      std::printf(" %9s %8s", "-", "-");
    if (const auto found = pysd.find(model.name); found != pysd.end())
      std::printf(" %10.0f %9.0f x", found->second, found->second / (best[0] * unit));
    else
      std::printf(" %10s %11s", "-", "-");
    const double apart = std::max(greatest_difference(output.outcomes[0], outcomes),
                                  logistic ? greatest_difference(output.outcomes[0], last) : 0);
    std::printf("  %.0e\n", apart);
    std::fflush(stdout);
  }
}

void write_xmile(const Places& locations, const std::vector<BenchModel>& all) {
  for (const BenchModel& model : all) {
    if (model.method != Method::Euler) continue;  // PySD has no other
    const auto read = checked(controller::model::yaml::read(model.text, model.name + ".yaml"));
    const auto simple =
        checked(controller::model::simplify::simplify(read, controller::model::Dialect::Xmile));
    std::ofstream(locations.folder + "/" + model.name + ".xmile")
        << checked(controller::model::xmile::write(simple));
    std::printf("%s\t%s\t%llu\n", model.name.c_str(), model.watched.c_str(),
                static_cast<unsigned long long>(steps_of_model(program_of(model))));
  }
}

void run(const Places& locations, const std::vector<BenchModel>& all,
         const std::map<std::string, double>& pysd) {
  print_memory(all);  // first: a child's peak counts from its parent's memory
  print_single_runs(all);
  void* hand = built(locations, FLOWYARD_BENCH_FOLDER "/hand_logistic.c", "hand_logistic");
  std::printf("\nns for a step of a lane; the ratios are how many times the engine is as fast\n");
  std::printf("%-22s %7s %9s %9s %8s %9s %8s %10s %11s  %s\n", "model", "lanes", "engine", "scalar C", "",
              "by hand", "", "PySD", "", "difference");
  for (const BenchModel& model : all) measure(locations, model, pysd, hand);
}

}  // namespace
}  // namespace flowyard::bench

int main(int count, char** words) try {
  using namespace flowyard::bench;
  if (count < 4) {
    std::fprintf(stderr, "usage: engine_bench CC FOLDER xmile|run [NAME NS]...\n");
    return 2;
  }
  const Places locations{words[1], words[2]};
  const auto all = models(FLOWYARD_BENCH_FOLDER "/models");
  std::map<std::string, double> pysd;
  for (int i = 4; i + 1 < count; i += 2) pysd[words[i]] = std::stod(words[i + 1]);
  if (std::string(words[3]) == "xmile")
    write_xmile(locations, all);
  else
    run(locations, all, pysd);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "engine_bench: %s\n", error.what());
  return 1;
}
