#include "controller/model/xmile/behaviour.hpp"

#include <string>
#include <utility>

#include "controller/model/xmile/graphical_function.hpp"

namespace flowyard::controller::model::xmile {
namespace {

class BehaviourReader {
 public:
  BehaviourReader(pugi::xml_node element, const Scope& scope, Variable& variable)
      : element_(element),
        scope_(scope),
        document_(scope.document),
        diagnostics_(scope.diagnostics),
        variable_(variable) {}

  void run(Behavior behavior) {
    const bool stock = variable_.kind == VariableKind::Stock;
    const auto non_negative = child(element_, "non_negative");
    const bool inherited = stock                                  ? behavior.non_negative_stocks
                           : variable_.kind == VariableKind::Flow ? behavior.non_negative_flows
                                                                  : false;
    variable_.non_negative = non_negative ? says_yes(non_negative, document_) : inherited;
    for (const auto part : element_.children()) {
      const auto name = name_of(part);
      if (name == "inflow") flow_name(part, variable_.inflows);
      if (name == "outflow") flow_name(part, variable_.outflows);
    }
    variable_.queue = stock && says_yes(child(element_, "queue"), document_);
    if (stock && child(element_, "conveyor")) conveyor(child(element_, "conveyor"));
    if (variable_.queue && variable_.conveyor)
      fail(element_, DiagnosticCode::WrongKind, what() + " cannot be both a conveyor and a queue");
    if (variable_.kind == VariableKind::Flow) flow_options();
  }

 private:
  void fail(pugi::xml_node at, DiagnosticCode code, const std::string& message) {
    diagnostics_.error(document_.location(at), code, message);
  }

  std::string what() const { return std::string(name_of(element_)) + " '" + variable_.name.display + "'"; }

  void flow_name(pugi::xml_node part, std::vector<FlowName>& names) {
    if (variable_.kind != VariableKind::Stock) {
      return fail(part, DiagnosticCode::WrongKind,
                  "<" + std::string(name_of(part)) + "> in " + what() + ": only a stock has flows");
    }
    Name name(document_.plain(part));
    if (name.empty())
      return fail(part, DiagnosticCode::Missing,
                  "<" + std::string(name_of(part)) + "> in " + what() + " names no flow");
    names.emplace_back(std::move(name), document_.location(part));
  }

  void conveyor(pugi::xml_node element) {
    Conveyor made;
    made.transit_time = read_equation(child(element, "len"), scope_);
    made.capacity = read_equation(child(element, "capacity"), scope_);
    made.inflow_limit = read_equation(child(element, "in_limit"), scope_);
    made.sample = read_equation(child(element, "sample"), scope_);
    made.arrest = read_equation(child(element, "arrest"), scope_);
    made.discrete = attribute_says(element, "discrete", document_, false);
    made.batch_integrity = attribute_says(element, "batch_integrity", document_, false);
    made.one_at_a_time = attribute_says(element, "one_at_a_time", document_, true);
    made.exponential_leak = attribute_says(element, "exponential_leak", document_, false);
    if (!child(element, "len"))
      fail(element, DiagnosticCode::Missing, what() + " is a conveyor without <len>, its transit time");
    if (attribute_says(element, "ignore_earlier_zone_losses", document_, false)) {
      fail(element, DiagnosticCode::Unsupported, what() + ": ignore_earlier_zone_losses is not supported");
    }
    variable_.conveyor = std::move(made);
  }

  void flow_options() {
    variable_.overflow = says_yes(child(element_, "overflow"), document_);
    variable_.multiplier = read_equation(child(element_, "multiplier"), scope_);
    if (!child(element_, "leak") && !child(element_, "leak_integers")) return;
    // Two spellings: the fraction in <leak>, or <leak/> as a mark and the fraction in <eqn>.
    Leak leak;
    const auto before = diagnostics_.count();
    leak.fraction = read_equation(child(element_, "leak"), scope_);
    if (!leak.fraction.present()) leak.fraction = read_equation(child(element_, "eqn"), scope_);
    leak.zone_start = zone("leak_start", 0);
    leak.zone_end = zone("leak_end", 1);
    leak.integers = says_yes(child(element_, "leak_integers"), document_);
    if (!leak.fraction.present() && diagnostics_.count() == before) {
      fail(element_, DiagnosticCode::Missing,
           what() + " leaks, but neither <leak> nor <eqn> gives the fraction");
    }
    variable_.leak = std::move(leak);
  }

  double zone(const char* name, double otherwise) {
    const auto found =
        attribute(element_, name) ? attribute(element_, name) : attribute(child(element_, "leak"), name);
    if (!found) return otherwise;
    const auto value = number_in(document_.plain(found));
    if (!value || *value < 0 || *value > 1) {
      diagnostics_.error(document_.location(found), DiagnosticCode::WrongValue,
                         std::string(name) + " must be a number from 0 to 1");
    }
    return value.value_or(otherwise);
  }

  pugi::xml_node element_;
  const Scope& scope_;
  const Document& document_;
  Diagnostics& diagnostics_;
  Variable& variable_;
};

}  // namespace

bool attribute_says(pugi::xml_node element, const char* name, const Document& document, bool otherwise) {
  const auto found = attribute(element, name);
  if (!found) return otherwise;
  const std::string word = lower(document.plain(found));
  return word == "true" || word == "1" || word == "yes";
}

bool says_yes(pugi::xml_node element, const Document& document) {
  const std::string word = lower(document.plain(element));
  return element && word != "false" && word != "0" && word != "no";
}

Behavior read_behavior(pugi::xml_node parent, const Document& document, Behavior outer) {
  const auto behavior = child(parent, "behavior");
  const auto says = [&](const char* what, bool otherwise) {
    const auto found = child(child(behavior, what), "non_negative");
    const auto own = child(behavior, "non_negative");
    const auto all = own ? own : child(child(behavior, "all"), "non_negative");
    if (found) return says_yes(found, document);
    return all ? says_yes(all, document) : otherwise;
  };
  return {.non_negative_stocks = says("stock", outer.non_negative_stocks),
          .non_negative_flows = says("flow", outer.non_negative_flows)};
}

void read_behaviour(pugi::xml_node element, const Scope& scope, Behavior behavior, Variable& variable) {
  BehaviourReader(element, scope, variable).run(behavior);
}

}  // namespace flowyard::controller::model::xmile
