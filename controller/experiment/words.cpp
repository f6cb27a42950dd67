// The words that the experiment file, tables and the store use for the experiment's enumerations.
#include "common/base/integration_method.hpp"
#include "controller/experiment/experiment.hpp"

namespace flowyard::controller::experiment {

const char* to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::Pool:
      return "pool";
    case Isolation::Scenario:
      return "scenario";
    case Isolation::Fresh:
      return "fresh";
  }
  return "";
}

const char* to_string(Storage storage) {
  return storage == Storage::Shared ? "shared" : "isolated";
}

const char* to_string(Network network) {
  switch (network) {
    case Network::None:
      return "none";
    case Network::Own:
      return "own";
    case Network::Shared:
      return "shared";
  }
  return "";
}

const char* to_string(RunnerMode mode) {
  return mode == RunnerMode::Stream ? "stream" : "once";
}

const char* to_string(Pull pull) {
  switch (pull) {
    case Pull::Missing:
      return "missing";
    case Pull::Always:
      return "always";
    case Pull::Never:
      return "never";
  }
  return "";
}

const char* to_string(RetryCause cause) {
  switch (cause) {
    case RetryCause::AppExit:
      return "app_exit";
    case RetryCause::Oom:
      return "oom";
    case RetryCause::Timeout:
      return "timeout";
  }
  return "";
}

const char* to_string(KeepWorkers keep) {
  switch (keep) {
    case KeepWorkers::Never:
      return "never";
    case KeepWorkers::OnFailure:
      return "on-failure";
    case KeepWorkers::Always:
      return "always";
  }
  return "";
}

const char* to_string(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::Sum:
      return "sum";
    case Aggregate::Mean:
      return "mean";
    case Aggregate::Min:
      return "min";
    case Aggregate::Max:
      return "max";
  }
  return "";
}

const char* to_string(IntegrationMethod method) {
  return kIntegrationMethods[static_cast<std::size_t>(method)];
}

const char* to_string(DesignMethod method) {
  switch (method) {
#define AXES(Name, word, meaning) \
  case DesignMethod::Name:        \
    return word;
#define SAMPLING(Name, word, meaning) AXES(Name, word, meaning)
#include "controller/experiment/design_methods.def"
#undef AXES
#undef SAMPLING
  }
  return "";
}

}  // namespace flowyard::controller::experiment
