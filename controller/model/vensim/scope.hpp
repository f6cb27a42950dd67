// Scope: the variables of the model, or of one macro, while they are read: several equations make one
// variable. Owned by one read(); single-threaded.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

// One equation and what it says about its variable.
struct Definition {
  Name name = {};
  VariableKind kind = VariableKind::Auxiliary;
  std::optional<DataMode> data_mode = {};
  Equation equation = {};
};

class Scope {
 public:
  // The variable that the equation was added to; nullptr where it contradicts an earlier one, which is
  // reported, or only lists what it depends on.
  Variable* add(Definition definition, const std::string& group, Diagnostics& diagnostics);

  const Variable* find(const std::string& key) const;
  const std::vector<Variable>& variables() const { return variables_; }
  // Variables whose every equation is a number are called constants.
  std::vector<Variable> take_variables(Diagnostics& diagnostics);

 private:
  Variable* add_equation(Definition definition, const std::string& group, Diagnostics& diagnostics);

  std::vector<Variable> variables_;
  // Vensim writes `x = A FUNCTION OF(y)` for an arrow of the sketch that the equation of x does not use,
  // before that, or for lack of one: it counts only where there is no other.
  std::vector<Definition> only_arrows_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace flowyard::controller::model::vensim
