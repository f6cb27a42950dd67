// What is computed before the run. Data equations: what a formula makes of data (Vensim `:=`) is data too, at
// the times of all the points that it reads.
#include <algorithm>
#include <cmath>
#include <set>

#include "controller/compiler/lower/lower_context.hpp"
#include "worker/engine/lookup.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr int kMaxDepth = 500;

bool reads_table(Opcode op) {
  static constexpr Opcode kAll[] = {Opcode::Lookup,       Opcode::LookupForward,     Opcode::LookupBackward,
                                    Opcode::LookupInside, Opcode::LookupExtrapolate, Opcode::LookupInverse};
  return std::find(std::begin(kAll), std::end(kAll), op) != std::end(kAll);
}

double read_table(Opcode op, const engine::Table& table, const double* xs, const double* ys, double x) {
  if (op == Opcode::LookupForward) return engine::lookup_forward(xs, ys, table.count, x);
  if (op == Opcode::LookupBackward) return engine::lookup_backward(xs, ys, table.count, x);
  if (op == Opcode::LookupInside) return engine::lookup_inside(xs, ys, table.count, x);
  if (op == Opcode::LookupExtrapolate) return engine::lookup_extrapolate(xs, ys, table.count, x);
  if (op == Opcode::LookupInverse) return engine::lookup_inverse(xs, ys, table.count, x);
  return engine::lookup(table.mode, xs, ys, table.count, x);
}

}  // namespace

// The times of the data that a node reads, and whether it reads nothing else that changes while running.
bool LowerContext::gather_times(NodeId node, std::set<double>& times, std::unordered_map<NodeId, bool>& done,
                                int depth) {
  budget_.spend();
  if (depth > kMaxDepth) return false;
  // A node that is met within itself depends on itself.
  if (const auto [found, is_new] = done.try_emplace(node, false); !is_new) return found->second;
  const bool known = gather_times_within(node, times, done, depth);
  return done[node] = known;
}

bool LowerContext::gather_times_within(NodeId node, std::set<double>& times,
                                       std::unordered_map<NodeId, bool>& done, int depth) {
  const Node n = graph.at(node);
  if (n.kind == NodeKind::Ref) {
    Instance& instance = instances[n.a];
    return gather_times(instance.lowered ? instance.root : lower_instance(instance), times, done, depth + 1);
  }
  if (n.kind == NodeKind::Literal || n.kind == NodeKind::Parameter || n.kind == NodeKind::Time) return true;
  if (n.kind != NodeKind::Operation || (n.op != Opcode::Setting && !computable(n.op) && !reads_table(n.op)))
    return false;
  if (reads_table(n.op) && data_tables_.contains(n.b)) {
    const engine::Table& table = tables[n.b];
    budget_.spend(table.count);
    times.insert(xs.begin() + table.first, xs.begin() + table.first + table.count);
  }
  bool known = true;
  graph.each_input(node, [&](NodeId input) { known = known && gather_times(input, times, done, depth + 1); });
  return known;
}

// The value of a node that gather_times() approved of, at one moment.
double LowerContext::value_at(NodeId node, double time, const std::string& because,
                              std::unordered_map<NodeId, double>& known) {
  if (const auto found = known.find(node); found != known.end()) return found->second;
  budget_.spend();
  const Node n = graph.at(node);
  double value = std::nan("");
  if (n.kind == NodeKind::Literal) {
    value = graph.literal_value(node);
  } else if (n.kind == NodeKind::Time) {
    value = time;
  } else if (n.kind == NodeKind::Parameter) {
    parameters[n.a].fixed_because = because;
    value = parameters[n.a].defaults[n.b];
  } else if (n.kind == NodeKind::Ref) {
    Instance& instance = instances[n.a];
    value = value_at(instance.lowered ? instance.root : lower_instance(instance), time, because, known);
  } else {
    double inputs[3] = {};
    int count = 0;
    graph.each_input(node, [&](NodeId input) { inputs[count++] = value_at(input, time, because, known); });
    if (n.op == Opcode::Setting) {
      value = inputs[0];
    } else if (reads_table(n.op)) {
      fix_table(n.b, because);
      const engine::Table& table = tables[n.b];
      value = read_table(n.op, table, xs.data() + table.first, ys.data() + table.first, inputs[0]);
    } else {
      value = computed(n.op, inputs[0], inputs[1], inputs[2]);
    }
  }
  return known[node] = value;
}

// An INITIAL TIME that depends on Time, which is 0 before there is one.
NodeId LowerContext::before_start(NodeId node) {
  if (looking_at_start_) return node;
  looking_at_start_ = true;
  std::set<double> times;
  std::unordered_map<NodeId, bool> done;
  const bool by_time = gather_times(node, times, done, 0) && done.contains(time());
  looking_at_start_ = false;
  if (!by_time) return node;
  std::unordered_map<NodeId, double> known;
  return graph.literal(value_at(node, 0, "the start time is computed from it before the run", known));
}

// A table of what a data equation's element comes to; none where it reads no data, or more than data.
std::optional<std::uint32_t> LowerContext::computed_table(ScopeId scope, std::uint32_t symbol,
                                                          std::size_t flat) {
  const auto key = std::tuple(scope, symbol, static_cast<std::uint32_t>(flat));
  if (const auto found = computed_tables_.find(key); found != computed_tables_.end()) return found->second;
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  const NodeId node = ref(value_instance(scope, symbol, flat, Mode::Step));
  std::set<double> times;
  std::unordered_map<NodeId, bool> done;
  if (!gather_times(node, times, done, 0) || times.empty()) return std::nullopt;
  const std::string because = "data are computed from it before the run";
  model::Lookup points;
  for (const double time : times) {
    std::unordered_map<NodeId, double> known;
    const double value = value_at(node, time, because, known);
    if (std::isfinite(value)) points.points.push_back({time, value});
  }
  if (points.points.empty()) return std::nullopt;
  const std::uint32_t table = add_table(points, s.variable->location);
  data_tables_.insert(table);
  computed_tables_.emplace(key, table);
  return table;
}

}  // namespace flowyard::controller::compiler
