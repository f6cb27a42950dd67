#include "controller/model/data/exogenous.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace flowyard::controller::model::data {
namespace {

class Search {
 public:
  explicit Search(const Model& model) : known_{"time", "initial_time", "final_time", "time_step", "saveper"} {
    for (const auto& variable : model.variables) known_.insert(variable.name.key);
    for (const auto& dimension : model.dimensions) {
      dimensions_.insert(dimension.name.key);
      known_.insert(dimension.name.key);
      for (const auto& member : dimension.members) known_.insert(member.key);
    }
  }

  // As deep as a tree may be, which the readers limit.
  void look_at(const Expression& e) {
    for (const auto& argument : e.arguments) look_at(argument);
    if (e.kind == Expression::Kind::Reference && !known_.contains(e.name.key)) use(e);
  }

  std::vector<Variable> take() {
    for (Variable& variable : found_) variable.equations.front().location = variable.location;
    return std::move(found_);
  }

 private:
  void use(const Expression& e) {
    std::vector<Subscript> subscripts = e.subscripts;
    for (Subscript& subscript : subscripts) subscript.kind = Subscript::Kind::Name;
    const auto [entry, is_new] = index_.try_emplace(e.name.key, found_.size());
    if (is_new) {
      Variable variable;
      variable.name = e.name;
      variable.kind = VariableKind::Data;
      variable.location = e.location;
      variable.equations.emplace_back();
      variable.equations.front().subscripts = std::move(subscripts);
      found_.push_back(std::move(variable));
      return;
    }
    // A use with whole dimensions says more than one with elements.
    auto& kept = found_[entry->second].equations.front().subscripts;
    for (std::size_t k = 0; k < std::min(kept.size(), subscripts.size()); ++k)
      if (dimensions_.contains(subscripts[k].name.key) && !dimensions_.contains(kept[k].name.key))
        kept[k] = subscripts[k];
  }

  std::unordered_set<std::string> known_;
  std::unordered_set<std::string> dimensions_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<Variable> found_;
};

}  // namespace

std::vector<Variable> exogenous(const Model& model) {
  if (model.dialect != Dialect::Vensim) return {};
  Search search(model);
  for (const auto& variable : model.variables) {
    for (const auto& equation : variable.equations) {
      search.look_at(equation.expression);
      search.look_at(equation.initial);
    }
  }
  return search.take();
}

}  // namespace flowyard::controller::model::data
