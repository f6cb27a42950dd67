// flatten: the models of an XMILE file and their modules as one list of variables with qualified names
// (OASIS XMILE 1.0, section 3.7.4). Pure.
#pragma once

#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "controller/model/xmile/symbols.hpp"
#include "controller/model/xmile/variable.hpp"

namespace flowyard::controller::model::xmile {

struct Connection {
  Name to = {};    // a variable of the module's model
  Name from = {};  // a variable of the model around, module.variable beside it, or .variable of the root
  SourceLocation location = {};
};

struct Module {
  Name name = {};
  Name model = {};
  std::vector<Connection> connections = {};
  SourceLocation location = {};
};

// One <model>, names as they stand in it.
struct Part {
  Name name = {};  // empty for the root
  std::vector<LocalVariable> variables = {};
  std::vector<Module> modules = {};
  SourceLocation location = {};
};

inline constexpr std::size_t kMaxModuleDepth = 50;

// parts[0] is the root. Each use of a model as a module makes its variables anew, called module.variable;
// a connected input becomes a reference to its source. References find the variable of their own model,
// then qualified ones of the models around it, up to the root. Unfilled variables are errors here, because
// only here is it known which inputs are connected. Names of variables with errors go to `unread`.
std::vector<Variable> flatten(std::vector<Part> parts, const Symbols& symbols, Diagnostics& diagnostics,
                              std::vector<std::string>& unread);

}  // namespace flowyard::controller::model::xmile
