// Service: the use cases, the one facade that REST and MCP share. Lives on the controller's I/O executor;
// every method may be called side by side. Errors of the caller are returned as Error; failures of the system
// are thrown. Its methods stand in use_cases.hpp.
#pragma once

#include <functional>
#include <variant>

#include "common/async/task.hpp"
#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/journal_event.hpp"
#include "controller/experiment/submission.hpp"
#include "controller/results/archive.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::service {

using experiment::SubmitOptions;
using experiment::Submitted;

using MissingFiles = std::vector<experiment::MissingFile>;
using Planned = Results<std::variant<PlanView, MissingFiles>>;
using Previewed = Results<std::variant<PreviewView, MissingFiles>>;
using Accepted = Results<std::variant<Submitted, MissingFiles>>;

using LineSink = std::function<async::Task<>(std::string lines)>;
using PageSink = std::function<async::Task<>(service::ResultPage)>;
using FileSink = std::function<async::Task<>(results::ExportPiece)>;

class Service {
 public:
  virtual ~Service() = default;

#define FLOWYARD_USE_CASE(name, answer, arguments) virtual async::Task<answer> name arguments = 0;
  FLOWYARD_USE_CASES(FLOWYARD_USE_CASE)
#undef FLOWYARD_USE_CASE

  // The number of the newest journal event.
  virtual std::int64_t last_event() const = 0;
  // The rights of a created token; nothing: there is no such token.
  virtual std::optional<experiment::Access> access_of(std::string_view token) const = 0;
  // On whom what is started with that token goes; nothing: it has no budget.
  virtual std::optional<experiment::Charge> charge_of(std::string_view token) const = 0;
  // Begins an orderly shutdown; running experiments go on when a controller starts again.
  virtual void request_stop() = 0;
};

// The overrides of every use case, for the body of a class.
#define FLOWYARD_OVERRIDE_USE_CASE(name, answer, arguments) async::Task<answer> name arguments override;

}  // namespace flowyard::controller::service
