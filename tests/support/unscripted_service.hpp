// UnscriptedService: a service that offers no use case. A fake derives from it and overrides those that its
// tests ask for, so that a new use case changes no fake.
#pragma once

#include <stdexcept>

#include "controller/service/service.hpp"

namespace flowyard::test {

namespace experiment = controller::experiment;
namespace results = controller::results;
namespace service = controller::service;

// The list names the arguments, which nothing here uses.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

class UnscriptedService : public service::Service {
 public:
#define FLOWYARD_UNSCRIPTED(name, answer, arguments)       \
  async::Task<answer> name arguments override {            \
    throw std::logic_error("no test scripts '" #name "'"); \
  }
  FLOWYARD_USE_CASES(FLOWYARD_UNSCRIPTED)
#undef FLOWYARD_UNSCRIPTED
};

#pragma GCC diagnostic pop

}  // namespace flowyard::test
