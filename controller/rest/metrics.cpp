// /metrics in the text format of Prometheus, version 0.0.4.
#include <array>
#include <cstdio>

#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {
namespace {

class Exposition {
 public:
  void family(const char* name, const char* type, const char* help) {
    text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void sample(const std::string& series, double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    text_ += series + " " + digits + "\n";
  }
  void single(const char* name, const char* type, const char* help, double value) {
    family(name, type, help);
    sample(name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

struct Totals {
  std::array<double, 5> by_state{};
  double done = 0, failed = 0, running = 0, retries = 0, compute = 0;
};

Totals add_up(const std::vector<service::StateTotals>& states) {
  Totals totals;
  for (const auto& one : states) {
    totals.by_state[static_cast<std::size_t>(one.state)] += static_cast<double>(one.experiments);
    totals.done += static_cast<double>(one.done);
    totals.failed += static_cast<double>(one.failed);
    totals.running += static_cast<double>(one.running);
    totals.retries += static_cast<double>(one.retries);
    totals.compute += one.compute_seconds;
  }
  return totals;
}

std::string escaped(const std::string& label) {
  std::string text;
  for (char c : label) {
    if (c == '"' || c == '\\') text += '\\';
    if (c != '\n') text += c;
  }
  return text;
}

void experiments(Exposition& out, const Totals& totals) {
  using enum experiment::ExperimentState;
  out.family("flowyard_experiments", "gauge", "Experiments in the store, by state.");
  for (auto state : {Running, Succeeded, Incomplete, Failed, Cancelled}) {
    out.sample("flowyard_experiments{state=\"" + std::string(to_string(state)) + "\"}",
               totals.by_state[static_cast<std::size_t>(state)]);
  }
  // Gauges and not counters: they fall when an experiment is deleted.
  out.family("flowyard_scenarios", "gauge", "Scenarios of the experiments in the store.");
  out.sample("flowyard_scenarios{state=\"done\"}", totals.done);
  out.sample("flowyard_scenarios{state=\"failed\"}", totals.failed);
  out.sample("flowyard_scenarios{state=\"running\"}", totals.running);
  out.single("flowyard_retries", "gauge", "Retries in the experiments in the store.", totals.retries);
  out.single("flowyard_compute_seconds", "gauge", "Time spent in the engine, over all workers.",
             totals.compute);
}

async::Task<http::Response> metrics(ApiContext& context, RequestContext) {
  const auto status = co_await context.service.status();
  const auto totals = add_up(co_await context.service.totals());
  Exposition out;
  out.family("flowyard_build_info", "gauge", "Always 1; the labels tell what runs.");
  out.sample("flowyard_build_info{version=\"" + escaped(status.version) + "\",fleet=\"" +
                 escaped(status.fleet) + "\"}",
             1);
  experiments(out, totals);
  out.single("flowyard_workers_live", "gauge", "Workers that exist now.",
             static_cast<double>(status.workers_live));
  out.single("flowyard_journal_last_event", "counter", "Events written to the journal.",
             static_cast<double>(context.service.last_event()));
  out.single("process_resident_memory_bytes", "gauge", "Memory of the controller.",
             static_cast<double>(status.memory_bytes));
  out.single("process_start_time_seconds", "gauge", "When the controller started, since 1970.",
             static_cast<double>(status.started.time_since_epoch().count()) / 1000);
  http::Response response;
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = out.take();
  co_return response;
}

constexpr Route kMetricsRoutes[] = {
    {http::Method::Get, "/metrics", metrics},
};

}  // namespace

std::span<const Route> metrics_routes() {
  return kMetricsRoutes;
}

}  // namespace flowyard::controller::rest
