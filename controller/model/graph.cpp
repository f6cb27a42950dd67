#include "controller/model/graph.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace flowyard::controller::model {
namespace {

using Index = std::map<std::string, std::size_t>;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// The variables that a tree names. Trees are limited in depth.
void collect(const Expression& e, const Index& index, std::set<std::size_t>& found) {
  if (e.kind == Expression::Kind::Reference || e.kind == Expression::Kind::Call) {
    if (const auto at = index.find(e.name.key); at != index.end()) found.insert(at->second);
  }
  for (const Expression& argument : e.arguments) collect(argument, index, found);
  for (const Subscript& subscript : e.subscripts) {
    for (const Expression& operand : subscript.operands) collect(operand, index, found);
  }
}

std::set<std::size_t> causes(const Variable& variable, const Index& index) {
  std::set<std::size_t> found;
  for (const Equation& equation : variable.equations) collect(equation.expression, index, found);
  collect(variable.multiplier, index, found);
  if (variable.leak) collect(variable.leak->fraction, index, found);
  if (const auto& conveyor = variable.conveyor) {
    for (const Expression* part : {&conveyor->transit_time, &conveyor->capacity, &conveyor->inflow_limit}) {
      collect(*part, index, found);
    }
  }
  return found;
}

// What only starts a stock is drawn dashed.
std::set<std::size_t> starts(const Variable& variable, const Index& index) {
  std::set<std::size_t> found;
  for (const Equation& equation : variable.equations) collect(equation.initial, index, found);
  return found;
}

class Drawing {
 public:
  Drawing(const Model& model, GraphKind kind) : model_(model), flows_(kind == GraphKind::StockAndFlow) {
    for (std::size_t i = 0; i < model.variables.size(); ++i) index_.emplace(model.variables[i].name.key, i);
  }

  std::string run() {
    line("digraph " + quoted(model_.name.display) + " {");
    line("  rankdir=LR;");
    line("  node [fontname=\"Helvetica\", fontsize=10];");
    for (std::size_t i = 0; i < model_.variables.size(); ++i) node(i);
    if (flows_) pipes();
    for (std::size_t i = 0; i < model_.variables.size(); ++i) arrows(i);
    line("}");
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }
  static std::string id(std::size_t i) { return "v" + std::to_string(i); }

  void node(std::size_t i) {
    const Variable& variable = model_.variables[i];
    std::string label = variable.name.display;
    for (std::size_t k = 0; k < variable.dimensions.size(); ++k) {
      label += (k == 0 ? " [" : ", ") + variable.dimensions[k].display;
    }
    if (!variable.dimensions.empty()) label += "]";
    std::string shape = "plaintext";
    if (variable.kind == VariableKind::Stock) shape = "box";
    if (variable.kind == VariableKind::Flow && flows_) shape = "invtriangle";
    if (variable.kind == VariableKind::Lookup || variable.kind == VariableKind::Data) shape = "note";
    line("  " + id(i) + " [label=" + quoted(label) + ", shape=" + shape + "];");
  }

  // Each flow lies between the stock that it leaves and the one that it enters, or a cloud.
  void pipes() {
    std::map<std::size_t, std::pair<std::string, std::string>> ends;
    for (std::size_t i = 0; i < model_.variables.size(); ++i) {
      for (const Name& flow : model_.variables[i].inflows) {
        if (const auto at = index_.find(flow.key); at != index_.end()) ends[at->second].second = id(i);
      }
      for (const Name& flow : model_.variables[i].outflows) {
        if (const auto at = index_.find(flow.key); at != index_.end()) ends[at->second].first = id(i);
      }
    }
    for (const auto& [flow, between] : ends) {
      pipe(between.first.empty() ? cloud() : between.first, id(flow), "none");
      pipe(id(flow), between.second.empty() ? cloud() : between.second, "normal");
    }
  }

  void pipe(const std::string& from, const std::string& to, const char* head) {
    line("  " + from + " -> " + to + " [penwidth=3, color=\"gray40\", arrowhead=" + head + "];");
  }

  std::string cloud() {
    const std::string name = "cloud" + std::to_string(clouds_++);
    line("  " + name + " [label=\"\", shape=ellipse, style=dashed, width=0.3, height=0.2];");
    return name;
  }

  void arrows(std::size_t i) {
    const Variable& variable = model_.variables[i];
    for (const std::size_t cause : causes(variable, index_)) line("  " + id(cause) + " -> " + id(i) + ";");
    for (const std::size_t cause : starts(variable, index_)) {
      line("  " + id(cause) + " -> " + id(i) + " [style=dashed];");
    }
    if (flows_) return;
    signed_arrows(variable.inflows, i, "+");
    signed_arrows(variable.outflows, i, "-");
  }

  void signed_arrows(const std::vector<FlowName>& flows, std::size_t stock, const char* sign) {
    for (const Name& flow : flows) {
      const auto at = index_.find(flow.key);
      if (at == index_.end()) continue;
      line("  " + id(at->second) + " -> " + id(stock) + " [label=\"" + sign + "\"];");
    }
  }

  const Model& model_;
  bool flows_;
  Index index_;
  std::string out_;
  int clouds_ = 0;
};

}  // namespace

std::string to_dot(const Model& model, GraphKind kind) {
  return Drawing(model, kind).run();
}

}  // namespace flowyard::controller::model
