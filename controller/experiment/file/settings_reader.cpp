#include "controller/experiment/file/settings_reader.hpp"

#include <algorithm>

#include "common/yaml/scalar.hpp"
#include "controller/experiment/file/fields.hpp"
#include "controller/experiment/file/quantity.hpp"

namespace flowyard::controller::experiment::file {
namespace {

constexpr WholeRange kWorkerCounts{1, 100'000};
constexpr WholeRange kBatchSizes{1, 1'000'000'000};
constexpr WholeRange kPidCounts{1, 1'000'000};
constexpr WholeRange kAttemptCounts{1, 1000};
constexpr double kMostCpus = 4096;

bool is_auto(const yaml::Node& node) {
  return node.is_scalar() && node.text == "auto";
}

// `auto` or a whole number.
template <class Count>
void read_count(const yaml::Node& node, const std::string& what, WholeRange range, std::optional<Count>& into,
                model::Diagnostics& found) {
  if (is_auto(node)) return;
  if (!yaml::integer_of(node)) {
    report_type(node, what, "auto or a whole number", found);
    return;
  }
  if (const auto count = whole_in(node, what, range, found)) into = static_cast<Count>(*count);
}

std::optional<double> cpus_in(const yaml::Node& node, model::Diagnostics& found) {
  const auto cpus = positive_in(node, "'cpus'", found);
  if (!cpus || *cpus <= kMostCpus) return cpus;
  found.error(node.location, DiagnosticCode::WrongValue, "'cpus' must be at most 4096, not " + node.text);
  return std::nullopt;
}

std::optional<std::uint64_t> memory_in(const yaml::Node& node, model::Diagnostics& found) {
  std::optional<std::uint64_t> bytes = node.is_scalar() ? bytes_of(node.text) : std::nullopt;
  const auto plain = yaml::integer_of(node);
  if (plain && *plain >= 0) bytes = static_cast<std::uint64_t>(*plain);
  if (!bytes) {
    report_type(node, "'memory'", "a size such as 64MiB, 256MB or 1GiB", found);
    return std::nullopt;
  }
  if (*bytes >= experiment::kLeastMemory) return bytes;
  found.error(node.location, DiagnosticCode::WrongValue,
              "'memory' must be at least 6MiB, the least that a container can have, not " + node.text);
  return std::nullopt;
}

void read_resource_fields(Fields& fields, ParsedResources& resources, model::Diagnostics& found) {
  if (const auto* node = fields.find("cpus")) resources.cpus = cpus_in(*node, found);
  if (const auto* node = fields.find("memory")) resources.memory = memory_in(*node, found);
  if (const auto* node = fields.find("pids"))
    if (const auto pids = whole_in(*node, "'pids'", kPidCounts, found))
      resources.pids = static_cast<std::uint32_t>(*pids);
}

}  // namespace

void read_workers(const yaml::Node& node, experiment::Workers& workers, model::Diagnostics& found) {
  Fields fields(node, "'workers'", found);
  if (const auto* count = fields.find("count"))
    read_count(*count, "'count'", kWorkerCounts, workers.count, found);
  if (const auto* batch = fields.find("batch"))
    read_count(*batch, "'batch'", kBatchSizes, workers.batch, found);
  if (const auto* isolation = fields.find("isolation"))
    workers.isolation = word_in<experiment::Isolation>(*isolation, "'isolation'",
                                                       {{"pool", experiment::Isolation::Pool},
                                                        {"scenario", experiment::Isolation::Scenario},
                                                        {"fresh", experiment::Isolation::Fresh}},
                                                       found)
                            .value_or(workers.isolation);
  ParsedResources resources;
  read_resource_fields(fields, resources, found);
  if (const auto* storage = fields.find("storage"))
    workers.storage =
        word_in<experiment::Storage>(
            *storage, "'storage'",
            {{"isolated", experiment::Storage::Isolated}, {"shared", experiment::Storage::Shared}}, found)
            .value_or(workers.storage);
  if (const auto* network = fields.find("network"))
    workers.network = word_in<experiment::Network>(*network, "'network'",
                                                   {{"none", experiment::Network::None},
                                                    {"own", experiment::Network::Own},
                                                    {"shared", experiment::Network::Shared}},
                                                   found)
                          .value_or(workers.network);
  fields.no_others();
  workers.resources.cpus = resources.cpus.value_or(workers.resources.cpus);
  workers.resources.memory = resources.memory.value_or(workers.resources.memory);
  workers.resources.pids = resources.pids.value_or(workers.resources.pids);
}

void read_resources(const yaml::Node& node, ParsedResources& resources, model::Diagnostics& found) {
  Fields fields(node, "the 'workers' of a scenario", found);
  read_resource_fields(fields, resources, found);
  fields.no_others();
}

void read_timeout(const yaml::Node& node, experiment::Timeouts& timeout, model::Diagnostics& found) {
  Fields fields(node, "'timeout'", found);
  if (const auto* scenario = fields.find("scenario"))
    timeout.scenario = duration_in(*scenario, "'scenario'", Zero::Refused, found).value_or(timeout.scenario);
  if (const auto* start = fields.find("start"))
    timeout.start = duration_in(*start, "'start'", Zero::Refused, found).value_or(timeout.start);
  if (const auto* experiment = fields.find("experiment"))
    timeout.experiment = duration_in(*experiment, "'experiment'", Zero::Refused, found);
  fields.no_others();
}

namespace {

void read_backoff(const yaml::Node& node, experiment::Backoff& backoff, model::Diagnostics& found) {
  Fields fields(node, "'backoff'", found);
  const auto* initial = fields.find("initial");
  const auto* max = fields.find("max");
  if (initial != nullptr)
    backoff.initial = duration_in(*initial, "'initial'", Zero::Allowed, found).value_or(backoff.initial);
  if (max != nullptr) {
    backoff.max = duration_in(*max, "'max'", Zero::Allowed, found).value_or(backoff.max);
  } else {
    backoff.max = std::max(backoff.max, backoff.initial);
  }
  fields.no_others();
  if (backoff.max < backoff.initial)
    found.error(max->location, DiagnosticCode::WrongValue,
                "'max' of 'backoff' must not be shorter than its 'initial'");
}

void read_causes(const yaml::Node& node, std::vector<experiment::RetryCause>& causes,
                 model::Diagnostics& found) {
  if (!node.is_sequence()) {
    report_type(node, "'when'", "a list of app_exit, oom, timeout", found);
    return;
  }
  causes.clear();
  for (const auto& item : node.items) {
    const auto cause = word_in<experiment::RetryCause>(item, "each cause in 'when'",
                                                       {{"app_exit", experiment::RetryCause::AppExit},
                                                        {"oom", experiment::RetryCause::Oom},
                                                        {"timeout", experiment::RetryCause::Timeout}},
                                                       found);
    if (!cause) continue;
    if (std::find(causes.begin(), causes.end(), *cause) != causes.end())
      found.error(item.location, DiagnosticCode::DefinedTwice, "'" + item.text + "' stands twice in 'when'");
    causes.push_back(*cause);
  }
}

}  // namespace

void read_retry(const yaml::Node& node, experiment::Retry& retry, model::Diagnostics& found) {
  Fields fields(node, "'retry'", found);
  if (const auto* attempts = fields.find("attempts"))
    if (const auto count = whole_in(*attempts, "'attempts'", kAttemptCounts, found))
      retry.attempts = static_cast<std::uint32_t>(*count);
  if (const auto* backoff = fields.find("backoff")) read_backoff(*backoff, retry.backoff, found);
  if (const auto* when = fields.find("when")) read_causes(*when, retry.when, found);
  fields.no_others();
}

void read_failures(const yaml::Node& node, experiment::Failures& failures, model::Diagnostics& found) {
  Fields fields(node, "'failures'", found);
  if (const auto* max = fields.find("max")) {
    const auto count = yaml::integer_of(*max);
    const auto fraction = max->is_scalar() ? fraction_of(max->text) : std::nullopt;
    if (fraction) {
      failures.max = experiment::FailureFraction{*fraction};
    } else if (count && *count >= 0) {
      failures.max = experiment::FailureCount{static_cast<std::uint64_t>(*count)};
    } else {
      report_type(*max, "'max' of 'failures'", "a percentage such as 5% or a count such as 10", found);
    }
  }
  fields.no_others();
}

void read_keep(const yaml::Node& node, experiment::Keep& keep, model::Diagnostics& found) {
  Fields fields(node, "'keep'", found);
  if (const auto* workers = fields.find("workers"))
    keep.workers = word_in<experiment::KeepWorkers>(*workers, "'workers' of 'keep'",
                                                    {{"never", experiment::KeepWorkers::Never},
                                                     {"on-failure", experiment::KeepWorkers::OnFailure},
                                                     {"always", experiment::KeepWorkers::Always}},
                                                    found)
                       .value_or(keep.workers);
  if (const auto* ttl = fields.find("ttl"))
    keep.ttl = duration_in(*ttl, "'ttl'", Zero::Allowed, found).value_or(keep.ttl);
  fields.no_others();
}

}  // namespace flowyard::controller::experiment::file
