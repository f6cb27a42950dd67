#include "controller/compiler/emit/order.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace flowyard::controller::compiler {
namespace {

constexpr NodeId kUnset = ~NodeId{0};
constexpr std::size_t kMostShown = 12;

class Resolver {
 public:
  Resolver(const LowerContext& lowering, model::Diagnostics& diagnostics, Budget& budget)
      : lowering_(lowering), diagnostics_(diagnostics), budget_(budget) {
    seen_.assign(lowering.graph.size(), 0);
    resolved_.assign(lowering.graph.size(), kUnset);
    state_.assign(lowering.instances.size(), State::New);
    result_.graph.reserve(lowering.graph.size());
    result_.roots.assign(lowering.instances.size(), 0);
  }

  Resolved run() {
    for (InstanceId i = 0; i < lowering_.instances.size(); ++i) visit(i);
    return std::move(result_);
  }

 private:
  enum class State : std::uint8_t { New, Open, Done };
  // An instance whose dependencies, in `needs_` from `first` on, are being ordered.
  struct Frame {
    InstanceId instance;
    std::size_t first;
    std::size_t next;
  };

  // Adds to `needs_` the instances that this one refers to.
  void add_needs_of(InstanceId instance) {
    ++stamp_;
    stack_.assign(1, lowering_.instances[instance].root);
    while (!stack_.empty()) {
      const NodeId node = stack_.back();
      stack_.pop_back();
      if (seen_[node] == stamp_) continue;
      seen_[node] = stamp_;
      budget_.spend();
      const Node& n = lowering_.graph.at(node);
      if (n.kind == NodeKind::Ref) needs_.push_back(n.a);
      lowering_.graph.each_input(node, [&](NodeId input) { stack_.push_back(input); });
    }
  }

  void visit(InstanceId first) {
    if (state_[first] != State::New) return;
    std::vector<Frame> path;
    const auto open = [&](InstanceId instance) {
      state_[instance] = State::Open;
      path.push_back({instance, needs_.size(), needs_.size()});
      add_needs_of(instance);
    };
    open(first);
    while (!path.empty()) {
      Frame& frame = path.back();
      if (frame.next == needs_.size()) {
        needs_.resize(frame.first);
        result_.roots[frame.instance] = resolve(lowering_.instances[frame.instance].root);
        state_[frame.instance] = State::Done;
        path.pop_back();
        continue;
      }
      const InstanceId next = needs_[frame.next++];
      if (state_[next] == State::Open) report_loop(path, next);
      if (state_[next] == State::New) open(next);
    }
  }

  void report_loop(const std::vector<Frame>& path, InstanceId repeated) {
    std::vector<std::string> names;
    for (auto frame = path.rbegin(); frame != path.rend(); ++frame) {
      names.push_back(lowering_.name_of(lowering_.instances[frame->instance]));
      if (frame->instance == repeated) break;
    }
    // One circle, met among the steps and at the start, is one error.
    auto members = names;
    std::sort(members.begin(), members.end());
    if (!loops_.insert(std::move(members)).second) return;
    const Instance& instance = lowering_.instances[repeated];
    const bool at_start = instance.mode == Mode::Initial;
    std::string chain = lowering_.name_of(instance);
    for (std::size_t i = 0; i < names.size() && i < kMostShown; ++i)
      chain += (names.size() > kMostShown && i == kMostShown - 1 ? " <- ..." : " <- ") + names[i];
    // A synthesized instance has no location of its own; another one of the loop has.
    auto location = lowering_.location_of(instance);
    for (auto frame = path.rbegin(); frame != path.rend() && location.line == 0; ++frame) {
      location = lowering_.location_of(lowering_.instances[frame->instance]);
      if (frame->instance == repeated) break;
    }
    diagnostics_.error(location, DiagnosticCode::Loop,
                       (at_start ? "the initial values depend on each other in a loop: "
                                 : "these depend on each other in a loop without a stock: ") +
                           chain + (at_start ? "; one of them must begin with a number" : ""));
  }

  NodeId resolve(NodeId root) {
    stack_.assign(1, root);
    while (!stack_.empty()) {
      const NodeId node = stack_.back();
      bool ready = true;
      if (resolved_[node] == kUnset) {
        lowering_.graph.each_input(node, [&](NodeId input) {
          if (resolved_[input] != kUnset) return;
          ready = false;
          stack_.push_back(input);
        });
        if (!ready) continue;
        resolved_[node] = copied(node);
      }
      stack_.pop_back();
    }
    return resolved_[root];
  }

  NodeId copied(NodeId node) {
    const Graph& from = lowering_.graph;
    Graph& to = result_.graph;
    const Node& n = from.at(node);
    switch (n.kind) {
      case NodeKind::Literal:
        return to.literal(from.literal_value(node));
      case NodeKind::Ref:
        return result_.roots[n.a];
      case NodeKind::Extract:
        return to.extract(resolved_[n.a], n.b);
      case NodeKind::Block: {
        std::vector<NodeId> operands;
        from.each_input(node, [&](NodeId input) { operands.push_back(resolved_[input]); });
        return to.block(n.op, operands, n.b, n.c, n.once_a_step);
      }
      case NodeKind::Operation: {
        std::uint32_t fields[] = {n.a, n.b, n.c};
        for (int i = 0; i < inputs_of(n.op); ++i) fields[i] = resolved_[fields[i]];
        return to.operation(n.op, fields[0], fields[1], fields[2], n.once_a_step);
      }
      case NodeKind::Time:
      case NodeKind::Parameter:
      case NodeKind::Stock:
      case NodeKind::State:
      case NodeKind::Delay:
      case NodeKind::Captured:
      case NodeKind::Reduction:
        break;
    }
    return to.leaf(n.kind, n.a, n.b);
  }

  const LowerContext& lowering_;
  model::Diagnostics& diagnostics_;
  Budget& budget_;
  Resolved result_;
  std::set<std::vector<std::string>> loops_;  // reported, by their members
  std::vector<State> state_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t stamp_ = 0;
  std::vector<NodeId> stack_;
  std::vector<InstanceId> needs_;
  std::vector<NodeId> resolved_;
};

}  // namespace

Resolved resolve(const LowerContext& lowering, model::Diagnostics& diagnostics, Budget& budget) {
  return Resolver(lowering, diagnostics, budget).run();
}

}  // namespace flowyard::controller::compiler
