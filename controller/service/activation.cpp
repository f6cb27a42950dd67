#include "controller/service/activation.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "common/base/text.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/experiment/file/build_context.hpp"
#include "controller/service/shared_files.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::controller::service {
namespace {

std::string bundle_json(const experiment::Bundle& bundle, const std::vector<experiment::BundleFile>& added) {
  nlohmann::json files = nlohmann::json::array();
  const auto add = [&files](const experiment::BundleFile& file) {
    if (is_utf8(file.content)) {
      files.push_back({{"path", file.path}, {"content", file.content}});
    } else {
      files.push_back({{"path", file.path}, {"content", to_base64(file.content)}, {"encoding", "base64"}});
    }
  };
  // A folder is for who builds the image.
  for (const auto& file : bundle.files)
    if (!experiment::is_folder(file.path)) add(file);
  std::for_each(added.begin(), added.end(), add);
  const nlohmann::json json{
      {"file_name", bundle.file_name}, {"text", bundle.text}, {"files", std::move(files)}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What was read and held against the rules, by its content: a path can be written in many ways.
std::shared_ptr<const std::string> build_context(const experiment::Bundle& bundle,
                                                 const experiment::Runner& runner) {
  if (!runner.build) return nullptr;
  for (const auto& file : bundle.files) {
    const bool is_it =
        experiment::is_folder(file.path) &&
        experiment::file::name_of_content(file.content, runner.build->dockerfile) == runner.image;
    if (is_it) return std::make_shared<const std::string>(file.content);
  }
  return nullptr;
}

// Saves of one scenario, as far as the program tells before it runs.
double saves_of(const worker::engine::TimeSlots& time, const experiment::TimeSettings& settings) {
  const double start = settings.start.value_or(time.default_start);
  const double stop = settings.stop.value_or(time.default_stop);
  const double every = settings.save_every.value_or(settings.step.value_or(time.default_save_every));
  const double saves = std::floor((stop - start) / every) + 1;
  return std::isfinite(saves) && saves > 0 ? saves : 1;
}

// The times that are kept, where no parameter can change them.
std::optional<std::vector<double>> expected_times(const worker::engine::Program& program,
                                                  const experiment::TimeSettings& settings,
                                                  const std::vector<double>& kept) {
  const auto& time = program.time;
  if (time.varies) return std::nullopt;
  const auto known = [&](worker::engine::Slot slot, const std::optional<double>& given, double otherwise) {
    const bool is_literal = slot < program.literals.size();
    return given ? given : is_literal ? std::optional(otherwise) : std::nullopt;
  };
  const auto start = known(time.start, settings.start, time.default_start);
  const auto stop = known(time.stop, settings.stop, time.default_stop);
  const auto step = known(time.step, settings.step, time.default_step);
  auto save_every = known(time.save_every, settings.save_every, time.default_save_every);
  if (!start || !stop || !step || !save_every) return std::nullopt;
  // As the engine takes it: nothing is saved more often than it is computed.
  if (!settings.save_every && settings.step && *save_every < *step) save_every = step;
  const auto all =
      worker::engine::save_times({.start = *start, .stop = *stop, .step = *step, .save_every = *save_every});
  std::vector<double> times;
  for (const auto at : worker::engine::wanted_saves(all, kept)) times.push_back(all[at]);
  return times;
}

experiment::ExpectedResults expected_results(const worker::engine::Program& program,
                                             const experiment::NamedScenario& scenario,
                                             const experiment::Outputs& outputs) {
  experiment::ExpectedResults expected;
  for (const auto& outcome : outputs.outcomes) {
    expected.outcomes.push_back(outcome.name);
    expected.may_be_undefined.push_back(outcome.may_be_undefined);
  }
  for (const auto& name : outputs.series) {
    experiment::ExpectedResults::Series series{.name = name, .elements = {}};
    for (const auto& output : program.outputs) {
      const bool is_scalar = output.elements.size() == 1 && output.elements[0].empty();
      if (worker::engine::same_name(output.name, name) && !is_scalar) series.elements = output.elements;
    }
    expected.series.push_back(std::move(series));
  }
  expected.times = expected_times(program, scenario.time, outputs.times);
  return expected;
}

double output_bytes_per_scenario(const experiment::file::LoadedExperiment& loaded,
                                 const experiment::NamedScenario& scenario) {
  const auto& program = *loaded.programs[scenario.program];
  double columns = 0;
  for (const auto& output : program.outputs) columns += static_cast<double>(output.slots.size());
  const auto wanted = static_cast<double>(loaded.experiment.outputs.times.size());
  const double saves = saves_of(program.time, scenario.time);
  const double saved = columns * (wanted > 0 ? std::min(wanted, saves) : saves);
  return 8 * (saved + static_cast<double>(program.outcomes.size()));
}

// Of all its workers together.
double cores_at_work(std::uint64_t workers, const std::vector<orchestrator::Pool>& pools,
                     const fleet::Capacity& capacity) {
  double of_one = 1;  // a worker computes in one thread
  for (const auto& pool : pools) of_one = std::min(of_one, pool.resources.cpus);
  return std::max(0.01, std::min(static_cast<double>(workers) * of_one, static_cast<double>(capacity.cores)));
}

// What no worker of the fleet can be given. A warning: the Docker Engine refuses it, processes do not.
void warn_of_limits(const experiment::ResourceClass& resources, const fleet::Capacity& capacity,
                    std::vector<std::string>& warnings) {
  if (resources.cpus > capacity.cores) {
    std::ostringstream text;
    text << "workers.cpus: " << resources.cpus << " is more than the " << capacity.cores
         << " cores of the workers' machine; a Docker Engine refuses it";
    warnings.push_back(text.str());
  }
  if (capacity.memory_bytes > 0 && resources.memory > capacity.memory_bytes) {
    warnings.push_back("workers.memory: " + std::to_string(resources.memory >> 20) +
                       " MiB is more than the " + std::to_string(capacity.memory_bytes >> 20) +
                       " MiB of the workers' machine");
  }
}

}  // namespace

Result<std::unique_ptr<orchestrator::ActiveExperiment>> activate(
    const store::ExperimentRow& row, const experiment::file::LoadedExperiment& loaded,
    const orchestrator::QueueHistory& history, const fleet::Capacity& capacity) {
  auto space = experiment::design::ScenarioSpace::create(loaded.experiment);
  if (!space) return space.error();
  auto pools = orchestrator::pools_of(loaded.experiment, *space, capacity);
  std::vector<orchestrator::ProgramBytes> programs;
  for (const auto& program : loaded.programs) {
    std::string bytes = worker::engine::serialize(*program);
    std::string hash = crypto::sha256_hex(bytes);
    programs.push_back({.hash = std::move(hash), .bytes = std::move(bytes)});
  }
  std::string json = bundle_json(row.bundle, loaded.added);
  orchestrator::WorkQueue queue(*space, std::move(pools), loaded.experiment.retry, history);
  auto active = std::make_unique<orchestrator::ActiveExperiment>(
      orchestrator::ActiveExperiment{.id = row.id,
                                     .fleet = row.fleet,
                                     .submitted = row.resumed.value_or(row.submitted),
                                     .spec = loaded.experiment,
                                     .programs = std::move(programs),
                                     .bundle_hash = crypto::sha256_hex(json),
                                     .bundle_json = std::move(json),
                                     .queue = std::move(queue)});
  if (loaded.experiment.workers.storage == experiment::Storage::Shared) {
    auto files = row.bundle.files;
    files.insert(files.end(), loaded.added.begin(), loaded.added.end());
    active->shared_files = std::make_shared<const std::string>(shared_files(files));
  }
  if (loaded.experiment.runner) active->build_context = build_context(row.bundle, *loaded.experiment.runner);
  active->round = row.round;
  active->image.ran = row.image_ran;
  active->needs_login = row.needs_login;
  active->cancel_wanted = row.cancel_wanted;
  active->pause_wanted = row.pause_wanted;
  if (row.pause_wanted) active->queue.close();
  for (const auto& scenario : loaded.experiment.scenarios) {
    active->expected.push_back(
        expected_results(*loaded.programs[scenario.program], scenario, loaded.experiment.outputs));
  }
  for (const auto& lease : history.open_leases) {
    active->leases[lease.id] =
        orchestrator::HeldLease{.lease = lease, .again = lease.tries != experiment::Tries{}};
  }
  return active;
}

Result<service::PlanView> plan_of(const experiment::file::LoadedExperiment& loaded,
                                  const fleet::Capacity& capacity, const std::string& fleet,
                                  const Surroundings& around) {
  const auto& experiment = loaded.experiment;
  const auto space = experiment::design::ScenarioSpace::create(experiment);
  if (!space) return space.error();
  const auto pools = orchestrator::pools_of(experiment, *space, capacity);
  service::PlanView view;
  view.name = experiment.name;
  view.regions = std::max<std::uint64_t>(1, experiment.regions.size());
  view.replications = experiment.replications;
  view.isolation = to_string(experiment.workers.isolation);
  view.fleet = fleet;
  const auto& runner = experiment.runner;
  if (fleet == "docker" && runner && runner->pull != experiment::Pull::Never)
    view.image = experiment::image_of_registry(*runner);
  view.series = experiment.outputs.series;
  view.warnings = loaded.warnings;
  for (const auto& outcome : experiment.outputs.outcomes)
    view.outcomes.push_back(outcome.name + ": " + outcome.expression);
  for (const auto& parameter : experiment.parameters) {
    if (!std::holds_alternative<experiment::Fixed>(parameter.value)) {
      view.axes.push_back(parameter.name + ": " + experiment::describe(parameter.value));
    }
  }
  double bytes = 0, seconds = 0;
  bool time_is_known = true;
  for (const auto& scenario : experiment.scenarios) {
    view.named.push_back({.name = scenario.name, .points = 0, .model = scenario.model.path});
  }
  for (const auto range : orchestrator::ranges_of(experiment, *space)) {
    const auto named = space->group_of(range.first).named;
    view.scenarios += range.count;
    view.named[named].points += range.count;
    const auto cost = named < around.costs.size() ? around.costs[named] : std::nullopt;
    const auto count = static_cast<double>(range.count);
    bytes += count * (cost ? cost->bytes : output_bytes_per_scenario(loaded, experiment.scenarios[named]));
    if (cost) seconds += count * cost->seconds;
    time_is_known = time_is_known && cost;
  }
  view.output_bytes = static_cast<std::uint64_t>(std::min(bytes, 1e18));
  for (const auto& pool : pools) {
    const auto batches = orchestrator::batches_of(pool, *space);
    view.batches += batches;
    view.workers_at_once += pool.workers_at_once;
    view.workers_in_all += pool.single_use ? batches : pool.workers_at_once;
    view.memory_bytes += pool.workers_at_once * pool.resources.memory;
    warn_of_limits(pool.resources, capacity, view.warnings);
  }
  // The pools share what the experiment and the controller allow; which of them have it at a time, the plan
  // decides as it goes.
  const std::uint64_t asked =
      std::min<std::uint64_t>(view.workers_at_once, experiment.workers.count.value_or(UINT32_MAX));
  if (experiment.workers.count && asked > around.max_workers) {
    view.warnings.push_back("workers.count: it asks for " + std::to_string(*experiment.workers.count) +
                            " workers; this controller runs at most " + std::to_string(around.max_workers) +
                            " at once, over all experiments");
  }
  if (const auto allowed = std::min(asked, around.max_workers); allowed < view.workers_at_once) {
    std::uint64_t largest = 0;
    for (const auto& pool : pools) largest = std::max(largest, pool.resources.memory);
    view.workers_at_once = allowed;
    view.memory_bytes = std::min(view.memory_bytes, allowed * largest);
  }
  view.free_bytes = around.free_bytes;
  if (time_is_known) view.seconds = seconds / cores_at_work(view.workers_at_once, pools, capacity);
  return view;
}

}  // namespace flowyard::controller::service
