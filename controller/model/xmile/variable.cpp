#include "controller/model/xmile/variable.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/base/suggest.hpp"
#include "controller/model/xmile/behaviour.hpp"
#include "controller/model/xmile/children.hpp"
#include "controller/model/xmile/element.hpp"
#include "controller/model/xmile/equation.hpp"
#include "controller/model/xmile/graphical_function.hpp"
#include "controller/model/xmile/vensim_export.hpp"

namespace flowyard::controller::model::xmile {
namespace {

void add(Expression& sum, Expression next) {
  const SourceLocation location = next.location;
  sum = sum.present() ? binary(BinaryOperator::Add, std::move(sum), std::move(next), location)
                      : std::move(next);
}

// Missing where both are.
Expression difference(Expression in, Expression out) {
  if (!out.present()) return in;
  const SourceLocation location = out.location;
  if (!in.present()) return unary(UnaryOperator::Minus, std::move(out), location);
  return binary(BinaryOperator::Subtract, std::move(in), std::move(out), location);
}

class VariableReader {
 public:
  VariableReader(pugi::xml_node element, const VariableScope& scope)
      : element_(element),
        document_(scope.document),
        symbols_(scope.symbols),
        diagnostics_(scope.diagnostics),
        budget_(scope.budget),
        behavior_(scope.behavior),
        graphs_(scope.graphs) {}

  LocalVariable run() {
    const auto before = diagnostics_.count();
    read_all();
    out_.broken = diagnostics_.count() != before;
    return std::move(out_);
  }

 private:
  void read_all() {
    const auto kind = name_of(element_);
    variable_.kind = kind == "stock"  ? VariableKind::Stock
                     : kind == "flow" ? VariableKind::Flow
                     : kind == "gf"   ? VariableKind::Lookup
                                      : VariableKind::Auxiliary;
    variable_.location = document_.location(element_);
    variable_.name = Name(document_.plain(attribute(element_, "name")));
    if (variable_.name.empty())
      fail(element_, DiagnosticCode::Missing, "<" + std::string(kind) + "> needs a name");
    documents();
    dimensions();
    check_children(element_, variable_, document_, diagnostics_);
    if (variable_.kind == VariableKind::Lookup) {
      Equation equation{.location = variable_.location};
      equation.tables.push_back(read_lookup(element_, document_, diagnostics_));
      variable_.equations.push_back(std::move(equation));
    } else {
      read_behaviour(element_, scope(), behavior_, variable_);
      equations();
      split_level_function(variable_);
    }
  }

  void fail(pugi::xml_node at, DiagnosticCode code, const std::string& message) {
    diagnostics_.error(document_.location(at), code, message);
  }

  std::string what() const { return std::string(name_of(element_)) + " '" + variable_.name.display + "'"; }

  void documents() {
    variable_.units = document_.plain(child(element_, "units"));
    variable_.documentation = document_.plain(child(element_, "doc"));
    if (const auto range = child(element_, "range")) {
      variable_.limits.low = number_in(document_.plain(attribute(range, "min")));
      variable_.limits.high = number_in(document_.plain(attribute(range, "max")));
      variable_.limits.increment = number_in(document_.plain(attribute(range, "step")));
    }
  }

  void dimensions() {
    for (const auto dim : child(element_, "dimensions").children()) {
      const Name name(document_.plain(attribute(dim, "name")));
      if (name_of(dim) != "dim" || name.empty()) {
        fail(dim, DiagnosticCode::Syntax, "expected <dim name=\"...\"/> in the <dimensions> of " + what());
      } else if (!symbols_.dimensions.contains(name.key)) {
        std::vector<std::string> known;
        for (const auto& [key, dimension] : symbols_.dimensions) known.push_back(dimension.name.display);
        std::sort(known.begin(), known.end());
        fail(dim, DiagnosticCode::UnknownSubscript,
             "dimension '" + name.display + "' of " + what() + " is not declared in <dimensions>" +
                 suggestion(name.display, known));
      } else {
        variable_.dimensions.push_back(name);
      }
    }
  }

  Scope scope(bool array = false, std::vector<Subscript> self = {}) const {
    return {.document = document_,
            .symbols = symbols_,
            .diagnostics = diagnostics_,
            .budget = budget_,
            .self = variable_.name,
            .self_subscripts = std::move(self),
            .array = array};
  }

  std::vector<Subscript> own_dimensions() const {
    std::vector<Subscript> all;
    for (const Name& name : variable_.dimensions) all.push_back(subscript(name, variable_.location));
    return all;
  }

  bool lacks_equation_by_right() const {
    return variable_.leak.has_value() || variable_.overflow || variable_.queue;
  }

  void equations() {
    const bool elements = static_cast<bool>(child(element_, "element"));
    const bool has_whole = child(element_, "eqn") || child(element_, "gf");
    if (elements && variable_.dimensions.empty()) {
      return fail(child(element_, "element"), DiagnosticCode::WrongDimensions,
                  what() + " has <element>s but no <dimensions>");
    }
    if (const auto kind = attribute(element_, "kind"); !elements && document_.plain(kind) == "data")
      return data();
    if (!elements) {
      Equation all = equation(
          element_, scope(!variable_.dimensions.empty() || variable_.conveyor.has_value(), own_dimensions()));
      add_further_parts(all);
      out_.unfilled = !filled(all) && !wrong_ && !lacks_equation_by_right();
      if (variable_.leak) all.expression = {};  // <eqn> was the fraction
      variable_.equations.push_back(std::move(all));
    } else {
      element_equations(has_whole);
    }
    const auto& made = variable_.equations;
    const bool table_only = !made.empty() && std::all_of(made.begin(), made.end(), [](const Equation& e) {
      return !e.tables.empty() && !e.expression.present() && !e.initial.present();
    });
    if (table_only && variable_.kind == VariableKind::Auxiliary) variable_.kind = VariableKind::Lookup;
  }

  // Vensim exports a data variable as `:RAW:`, or with a formula as `:RAW::=2*other`.
  void data() {
    variable_.kind = VariableKind::Data;
    Text text = document_.text(child(element_, "eqn"));
    variable_.data_mode = take_data_mode(text).value_or(variable_.data_mode);
    Equation made{.location = variable_.location};
    made.expression = read_text(text, scope(false, own_dimensions()));
    variable_.equations.push_back(std::move(made));
  }

  // An array may give its elements one after another in several <eqn> (or <gf>), each for one element or a
  // list of them, in row-major order: what exporters from Vensim write.
  void add_further_parts(Equation& all) {
    Expression& value = variable_.kind == VariableKind::Stock ? all.initial : all.expression;
    std::size_t tables = 0;
    bool several = false;
    for (const auto part : element_.children()) {
      const auto name = name_of(part);
      if (name == "gf" && ++tables > 1) all.tables.push_back(read_lookup(part, document_, diagnostics_));
      if (name == "init_eqn" && part != child(element_, "init_eqn"))
        fail(part, DiagnosticCode::DefinedTwice, what() + " has more than one <init_eqn>");
      if (name != "eqn" || part == child(element_, "eqn")) continue;
      several = true;
      append_value(value, read_equation(part, scope(true, own_dimensions())));
    }
    const bool array = !variable_.dimensions.empty();
    if (several && array && !child(element_, "init_eqn") && value.arguments.size() == size())
      return check_tables(tables);
    if (several)
      fail(element_, DiagnosticCode::WrongDimensions,
           what() + " has several <eqn>, which together " +
               (array ? "must give one value for each of its " + std::to_string(size()) + " elements"
                      : "would be one too many: it is no array"));
    check_tables(tables);
  }

  static void append_value(Expression& all, Expression next) {
    if (all.kind != Expression::Kind::ArrayLiteral) {
      std::vector<Expression> first;
      const SourceLocation location = all.location;
      first.push_back(std::move(all));
      all = array_literal(std::move(first), 1, location);
    }
    if (next.kind == Expression::Kind::ArrayLiteral)
      std::move(next.arguments.begin(), next.arguments.end(), std::back_inserter(all.arguments));
    else
      all.arguments.push_back(std::move(next));
    all.row_length = static_cast<int>(all.arguments.size());
  }

  void check_tables(std::size_t tables) {
    if (tables > 1 && (variable_.dimensions.empty() || tables != size()))
      fail(element_, DiagnosticCode::WrongDimensions,
           what() + " has " + std::to_string(tables) + " <gf> for " + std::to_string(size()) + " element(s)");
  }

  // The variable's own child of that name; kept, because a variable may have a million elements.
  pugi::xml_node whole(const char* name) {
    const auto [kept, fresh] = whole_.try_emplace(name);
    if (fresh) kept->second = child(element_, name);
    return kept->second;
  }

  static bool filled(const Equation& e) {
    return e.expression.present() || e.initial.present() || !e.tables.empty();
  }

  // What `from` (the variable or one element) says; a missing <eqn> or <gf> of an element is the variable's.
  Equation equation(pugi::xml_node from, const Scope& here) {
    Equation made{.location = document_.location(from)};
    const auto own = [&](const char* name) {
      const auto found = child(from, name);
      return found || from == element_ ? found : whole(name);
    };
    const auto before = diagnostics_.count();
    Expression value = read_equation(own("eqn"), here);
    wrong_ = wrong_ || diagnostics_.count() != before;
    if (const auto gf = own("gf")) {
      if (variable_.kind == VariableKind::Stock)
        fail(gf, DiagnosticCode::WrongKind, what() + ": a stock cannot have a graphical function");
      made.tables.push_back(read_lookup(points_of(gf), document_, diagnostics_));
    }
    if (variable_.kind == VariableKind::Stock) {
      made.initial = std::move(value);
      made.expression = from == element_ ? Expression{} : flows_of(from, here);
      if (!made.expression.present()) made.expression = net_flow(own("netflow"), here);
    } else {
      made.expression = with_initial(std::move(value), own("init_eqn"), here);
    }
    return made;
  }

  // Vensim may write the flows of a stock's element in that.
  Expression flows_of(pugi::xml_node element, const Scope& here) {
    Expression sums[2];
    for (const auto part : element.children()) {
      const auto name = name_of(part);
      if (name != "inflow" && name != "outflow") continue;
      const std::string text = document_.plain(part);
      Expression flow = text.find('[') == text.npos ? reference(Name(text), {}, document_.location(part))
                                                    : read_equation(part, here);
      add(sums[name == "inflow" ? 0 : 1], std::move(flow));
    }
    return difference(std::move(sums[0]), std::move(sums[1]));
  }

  // Vensim writes a stock's rate of change, where no flow has it, as <vensim:netflow>.
  Expression net_flow(pugi::xml_node element, const Scope& here) {
    if (!element) return {};
    if (!variable_.inflows.empty() || !variable_.outflows.empty())
      fail(element, DiagnosticCode::WrongKind,
           what() + " has flows and a <" + std::string(element.name()) + ">: one or the other");
    const auto before = diagnostics_.count();
    Expression rate = read_equation(element, here);
    wrong_ = wrong_ || diagnostics_.count() != before;
    return rate;
  }

  // <gf name="other"/> is the one of that name.
  pugi::xml_node points_of(pugi::xml_node gf) const {
    if (child(gf, "ypts")) return gf;
    const auto named = graphs_.find(Name(document_.plain(attribute(gf, "name"))).key);
    return named == graphs_.end() ? gf : named->second;
  }

  // <init_eqn> gives an auxiliary another value at the start, as Vensim's ACTIVE INITIAL does.
  Expression with_initial(Expression value, pugi::xml_node element, const Scope& here) {
    if (!element || !value.present()) return value;
    Expression initial = read_equation(element, here);
    if (!initial.present()) return value;
    std::vector<Expression> both;
    both.push_back(std::move(value));
    both.push_back(std::move(initial));
    return call("ACTIVE INITIAL", std::move(both), document_.location(element));
  }

  void element_equations(bool has_whole) {
    std::vector<std::vector<Subscript>> listed;
    std::unordered_set<std::string> seen;
    for (const auto part : element_.children()) {
      if (name_of(part) != "element") continue;
      auto subscripts = read_element_subscripts(part, variable_, document_, symbols_, diagnostics_);
      if (subscripts.empty()) continue;
      std::string key;
      for (const auto& s : subscripts) key += s.name.key + ",";
      if (!seen.insert(key).second)
        fail(part, DiagnosticCode::DefinedTwice, "this element of " + what() + " is given twice");
      Equation made = equation(part, scope(false, subscripts));
      if (!filled(made) && !wrong_)
        fail(part, DiagnosticCode::NoEquation, "this element of " + what() + " has no equation");
      check_element(part);
      made.subscripts = subscripts;
      listed.push_back(std::move(subscripts));
      variable_.equations.push_back(std::move(made));
    }
    if (!has_whole || seen.size() >= size()) return;
    // The variable's own equation holds for the elements that have none.
    Equation rest = equation(element_, scope(false, own_dimensions()));
    if (!filled(rest)) return;
    rest.subscripts = own_dimensions();
    rest.except = std::move(listed);
    variable_.equations.push_back(std::move(rest));
  }

  // Content of an element that would be ignored is an error.
  void check_element(pugi::xml_node element) {
    std::unordered_set<std::string> seen;
    for (const auto part : element.children()) {
      if (part.type() != pugi::node_element || is_vendor(part)) continue;
      const std::string name(name_of(part));
      const bool read = name == "eqn" || name == "gf" || name == "init_eqn";
      const bool harmless =
          name == "doc" || name == "units" || name == "mathml" || name == "scale" || name == "range" ||
          name == "format" || name == "display" ||
          (variable_.kind == VariableKind::Stock && (name == "inflow" || name == "outflow")) ||
          (name == "non_negative" && says_yes(part, document_) == variable_.non_negative);
      if (read && !seen.insert(name).second)
        fail(part, DiagnosticCode::DefinedTwice,
             "this element of " + what() + " has more than one <" + name + ">");
      else if (!read && !harmless)
        fail(part, DiagnosticCode::Unsupported,
             "<" + name + "> in one element of " + what() + " is not supported");
    }
  }

  std::size_t size() const {
    std::size_t product = 1;
    for (const Name& name : variable_.dimensions) {
      product *= symbols_.dimensions.at(name.key).members.size();
      if (product > kMaxDimensionElements) break;
    }
    return product;
  }

  pugi::xml_node element_;
  const Document& document_;
  const Symbols& symbols_;
  Diagnostics& diagnostics_;
  Budget& budget_;
  Behavior behavior_;
  const Graphs& graphs_;
  LocalVariable out_;
  Variable& variable_ = out_.variable;
  std::unordered_map<std::string, pugi::xml_node> whole_;
  bool wrong_ = false;  // an equation was there but could not be read: reported already
};

}  // namespace

Expression rate_of(const std::vector<FlowName>& inflows, const std::vector<FlowName>& outflows) {
  Expression sums[2];
  for (const FlowName& flow : inflows) add(sums[0], reference(flow, {}, flow.location));
  for (const FlowName& flow : outflows) add(sums[1], reference(flow, {}, flow.location));
  return difference(std::move(sums[0]), std::move(sums[1]));
}

std::vector<pugi::xml_node> variable_parents(pugi::xml_node model) {
  std::vector<pugi::xml_node> parents{model};
  for (const auto part : model.children()) {
    if (name_of(part) == "variables") parents.push_back(part);
  }
  return parents;
}

bool is_variable_element(pugi::xml_node element) {
  const auto name = name_of(element);
  return name == "stock" || name == "flow" || name == "aux" || name == "gf";
}

LocalVariable read_variable(pugi::xml_node element, const VariableScope& scope) {
  return VariableReader(element, scope).run();
}

}  // namespace flowyard::controller::model::xmile
