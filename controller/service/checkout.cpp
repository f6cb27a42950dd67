// The part of ControllerService that gives results away: the files of a checkout, one after another, each in
// pieces. Nothing is held that grows with the number of scenarios: a table goes to a file of its own first,
// since an archive tells the size of a file before its content.
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <nlohmann/json.hpp>

#include "controller/service/checkout_paths.hpp"
#include "controller/service/checkout_under_way.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

std::string worker_json(const experiment::Worker& w, const std::string& experiment) {
  nlohmann::ordered_json json{{"worker", w.name},
                              {"experiment", experiment},
                              {"scenario", w.scenario},
                              {"attempt", w.attempt},
                              {"state", std::string(to_string(w.state))},
                              {"cause", std::string(to_string(w.cause))},
                              {"reason", w.reason},
                              {"fleet", w.fleet},
                              {"runs", w.runs},
                              {"compute_seconds", w.compute_seconds},
                              {"cpu_seconds", w.cpu_seconds},
                              {"memory_bytes", w.memory_bytes}};
  if (w.exit) json["exit_code"] = w.exit->code;
  if (w.created) json["created"] = to_rfc3339(*w.created);
  if (w.ready) json["ready"] = to_rfc3339(*w.ready);
  if (w.exited) json["exited"] = to_rfc3339(*w.exited);
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// What freed chunks leave behind in the allocator goes back to the machine.
void give_memory_back() {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

}  // namespace

Task<> ControllerService::write_worker(Checkout& out, experiment::Worker worker) {
  std::string json = worker_json(worker, out.experiment().name);
  co_await out.write("workers/" + worker.name + ".json", std::move(json), out.files);
  std::string log = co_await log_text(worker);
  co_await out.write("logs/" + worker.name + ".log", std::move(log), out.files);
}

Task<Result<void>> ControllerService::checkout(std::string which, CheckoutOptions options, FileSink sink) {
  const auto format = results::table_format(options.format);
  if (!format) co_return format.error();
  Checkout::Of of;
  std::vector<experiment::Worker> workers;
  Manifest manifest;
  auto worker = co_await find_worker(which);
  if (worker && options.chooses())
    co_return invalid("rows are chosen of an experiment, and '" + which + "' is a worker");
  if (worker) {
    of.id = worker->experiment;
    of.worker = worker->id;
    manifest.worker = worker->name;
    workers.push_back(std::move(*worker));
  } else {
    const auto found = co_await find_experiment(which);
    if (!found)
      co_return failure(ErrorCode::NotFound, "neither a worker nor an experiment is called '" + which + "'");
    of.id = *found;
    workers = co_await workers_of(of.id);
  }
  for (const auto& one : workers) of.worker_names[one.id] = one.name;
  auto look = [id = of.id](store::Store& store) { return store.experiment(id); };
  const auto row = co_await store_.run(std::move(look));
  of.reading = co_await reading_of(of.id);
  if (!row || !of.reading)
    co_return failure(ErrorCode::Internal, "experiment " + to_string(of.id) + " can no longer be read");
  auto space = experiment::design::ScenarioSpace::create(of.reading->experiment);
  if (!space) co_return space.error();
  auto bundle = for_checkout(row->bundle);
  if (!bundle) co_return bundle.error();
  const auto view = co_await progress(of.id);
  if (!view) co_return view.error();
  manifest.experiment = *view;
  manifest.program = options_.version;
  if (row->fleet == "docker") manifest.docker_engine = options_.fleet_detail;

  Checkout out(store_, results_pool_, options_.data_folder, std::move(of), std::move(*space), **format,
               std::move(sink));
  auto marks = [id = out.of.id](store::Store& store) { return store.not_finite_ranges(id); };
  const auto marked = co_await store_.run(std::move(marks));
  for (const auto& range : marked) out.not_finite.add(range);
  co_await out.write("experiment.yaml", std::move(bundle->text), out.inputs);
  for (auto& file : bundle->files) co_await out.write(file.path, std::move(file.content), out.inputs);
  if (options.chooses()) {
    manifest.rows = options;
    const auto written = co_await write_rows(out, options);
    if (!written) co_return written.error().front();
  }
  const auto written = co_await write_scenarios(out);
  if (!written) co_return written.error();
  if (!out.of.worker && !out.experiment().outputs.across_regions.empty()) co_await write_across_regions(out);
  co_await write_files(out);
  for (const auto& one : workers) co_await write_worker(out, one);
  manifest.inputs = std::move(out.inputs);
  manifest.files = std::move(out.files);
  auto write = [&] { return to_json(manifest, *out.of.reading); };
  std::string text = co_await results_pool_.run(std::move(write));
  co_await out.finish(std::move(text));
  co_await results_pool_.run([] { give_memory_back(); });
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
