#include "tests/support/tree_walker.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "worker/engine/functions.hpp"
#include "worker/engine/lookup.hpp"

namespace flowyard::test {
namespace {

using namespace flowyard::controller::model;
namespace fn = flowyard::worker::engine::fn;

class Walker {
 public:
  Walker(const Model& model, const std::map<std::string, double>& parameters)
      : model_(model), parameters_(parameters) {
    for (const Variable& variable : model.variables) variables_[variable.name.key] = &variable;
  }

  Walked run() {
    const double start = value(model_.time.start);
    const double stop = value(model_.time.stop);
    dt_ = value(model_.time.step);
    now_ = start;
    at_start_ = true;
    std::map<std::string, double> initial;
    for (const auto& [key, variable] : variables_)
      if (variable->kind == VariableKind::Stock) initial[key] = value(variable->equations[0].initial);
    stocks_ = initial;
    at_start_ = false;
    begin_conveyors();
    Walked walked;
    const auto steps = static_cast<int>(std::ceil((stop - start) / dt_ - 1e-5));
    for (int n = 0;; ++n) {
      now_ = start + n * dt_;
      walked.times.push_back(now_);
      for (const auto& [key, variable] : variables_)
        if (variable->kind != VariableKind::Lookup) walked.series[key].push_back(named(key));
      if (n == steps) return walked;
      hold_conveyor_flows();
      if (model_.time.method == Method::RungeKutta4)
        runge_kutta_4();
      else
        stocks_ = moved(stocks_, rates(), dt_);
      move_conveyors();
    }
  }

 private:
  using Stocks = std::map<std::string, double>;

  struct Place {
    double amount;
    double entered;
  };
  // A conveyor of a transit time that does not change, with one leak at most, along all of it: one lump for
  // each place, the end first.
  struct ConveyorOf {
    const Variable* stock;
    std::string end, leak;  // flows
    std::vector<Place> locations;
  };
  // What its flows take in a step, and what they leave at each place.
  struct Taken {
    double at_end = 0, leaked = 0;
    std::vector<double> left;
  };

  double fraction_of(const ConveyorOf& conveyor) {
    if (conveyor.leak.empty()) return 0;
    const Variable& flow = *variables_.at(conveyor.leak);
    return value(flow.leak->fraction.present() ? flow.leak->fraction : flow.equations[0].expression);
  }

  double lost(const ConveyorOf& conveyor, double fraction, const Place& location,
              std::size_t locations) const {
    if (!(fraction > 0)) return 0;
    if (conveyor.stock->conveyor->exponential_leak) return location.amount * std::min(1.0, fraction * dt_);
    return fraction * location.entered / static_cast<double>(locations);
  }

  void begin_conveyors() {
    for (const auto& [key, variable] : variables_) {
      if (!variable->conveyor) continue;
      ConveyorOf& conveyor = conveyors_[key];
      conveyor.stock = variable;
      for (const Name& flow : variable->inflows) into_[flow.key] = variable;
      for (const Name& flow : variable->outflows) {
        out_of_[flow.key] = key;
        (variables_.at(flow.key)->leak ? conveyor.leak : conveyor.end) = flow.key;
      }
      const double count = std::max(1.0, std::round(value(variable->conveyor->transit_time) / dt_));
      const auto locations = static_cast<std::size_t>(count);
      // As a steady inflow of 1 would have left it.
      const double fraction = fraction_of(conveyor);
      double weight = 1, sum = 0;
      for (std::size_t i = 0; i < locations; ++i) {
        conveyor.locations.insert(conveyor.locations.begin(), {weight, 1});
        sum += weight;
        weight = std::max(0.0, weight - lost(conveyor, fraction, conveyor.locations.front(), locations));
      }
      for (Place& location : conveyor.locations)
        location = {stocks_.at(key) * location.amount / sum, stocks_.at(key) / sum};
    }
  }

  Taken taken_from(const ConveyorOf& conveyor) {
    Taken taken;
    const double fraction = fraction_of(conveyor);
    for (const Place& location : conveyor.locations) {
      const double leaks =
          std::min(location.amount, lost(conveyor, fraction, location, conveyor.locations.size()));
      taken.leaked += leaks;
      taken.left.push_back(location.amount - leaks);
    }
    taken.at_end = taken.left.front();
    return taken;
  }

  double out_of(const std::string& flow) {
    const ConveyorOf& conveyor = conveyors_.at(out_of_.at(flow));
    const Taken taken = taken_from(conveyor);
    return (flow == conveyor.leak ? taken.leaked : taken.at_end) / dt_;
  }

  // What crosses the ends of a conveyor, or leaks, is the same through the whole step.
  void hold_conveyor_flows() {
    held_.clear();
    std::map<std::string, double> now;
    for (const auto& [flow, conveyor] : out_of_) now[flow] = out_of(flow);
    for (const auto& [flow, conveyor] : into_) now[flow] = named(flow);
    held_ = now;
    for (auto& [key, conveyor] : conveyors_) left_[key] = taken_from(conveyor).left;
  }

  void move_conveyors() {
    for (auto& [key, conveyor] : conveyors_) {
      for (std::size_t i = 0; i < conveyor.locations.size(); ++i)
        conveyor.locations[i].amount = left_.at(key)[i];
      conveyor.locations.erase(conveyor.locations.begin());
      const double amount = held_.at(conveyor.stock->inflows.at(0).key) * dt_;
      conveyor.locations.push_back({amount, amount});
      double sum = 0;
      for (const Place& location : conveyor.locations) sum += location.amount;
      stocks_[key] = sum;
    }
    held_.clear();
  }

  double admitted(const Variable& stock, double wanted) {
    const double flow = fn::max(wanted, 0);
    const Expression& capacity = stock.conveyor->capacity;
    if (!capacity.present()) return flow;
    const double leaving = taken_from(conveyors_.at(stock.name.key)).at_end / dt_;
    const double room = (value(capacity) - stocks_.at(stock.name.key)) / dt_ + leaving;
    return fn::min(flow, fn::max(room, 0));
  }

  static Stocks moved(const Stocks& from, const Stocks& rate, double weight) {
    Stocks to;
    for (const auto& [key, y] : from) to[key] = y + weight * rate.at(key);
    return to;
  }

  void runge_kutta_4() {
    const Stocks begin = stocks_;
    const double time = now_;
    Stocks k = rates();
    Stocks sum = moved(begin, k, dt_ / 6);
    for (const double part : {dt_ / 2, dt_ / 2, dt_}) {
      stocks_ = moved(begin, k, part);
      now_ = time + part;
      k = rates();
      sum = moved(sum, k, part == dt_ ? dt_ / 6 : dt_ / 3);
    }
    stocks_ = sum;
    now_ = time;
  }

  Stocks rates() {
    Stocks all;
    for (const auto& [key, variable] : variables_)
      if (variable->kind == VariableKind::Stock) all[key] = rate(*variable);
    return all;
  }

  double rate(const Variable& stock) {
    const Expression& net = stock.equations[0].expression;
    if (net.present()) return value(net);
    const double in = sum(stock.inflows);
    const double out = sum(stock.outflows);
    if (stock.outflows.empty()) return in;
    return stock.inflows.empty() ? -out : in - out;
  }

  double sum(const std::vector<FlowName>& flows) {
    double total = 0;
    for (std::size_t i = 0; i < flows.size(); ++i)
      total = i == 0 ? named(flows[i].key) : total + named(flows[i].key);
    return total;
  }

  double named(const std::string& key) {
    if (const auto given = parameters_.find(key); given != parameters_.end()) return given->second;
    if (key == "time") return now_;
    if (const auto flow = held_.find(key); flow != held_.end()) return flow->second;
    if (out_of_.contains(key)) return out_of(key);
    if (key == "time_step" || key == "dt") return dt_;
    const auto found = variables_.find(key);
    if (found == variables_.end()) throw std::runtime_error("unknown name " + key);
    const Variable& variable = *found->second;
    if (!open_.insert(key).second) throw std::runtime_error("loop at " + key);
    double result = 0;
    if (variable.kind == VariableKind::Stock)
      result = at_start_ ? value(variable.equations[0].initial) : stocks_.at(key);
    else
      result = value(variable.equations[0].expression);
    if (variable.kind != VariableKind::Stock && variable.non_negative) result = fn::max(result, 0);
    if (const auto conveyor = into_.find(key); conveyor != into_.end())
      result = admitted(*conveyor->second, result);
    open_.erase(key);
    return result;
  }

  double value(const Expression& e) {
    switch (e.kind) {
      case Expression::Kind::Number:
        return e.number;
      case Expression::Kind::Reference:
        return named(e.name.key);
      case Expression::Kind::Unary: {
        const double x = value(e.arguments[0]);
        if (e.unary == UnaryOperator::Minus) return -x;
        return e.unary == UnaryOperator::Plus ? x : fn::truth(x == 0);
      }
      case Expression::Kind::Binary:
        return binary(e.binary, value(e.arguments[0]), value(e.arguments[1]));
      case Expression::Kind::Call:
        return called(e);
      default:
        throw std::runtime_error("an expression that the walker does not know");
    }
  }

  static double binary(BinaryOperator op, double x, double y) {
    switch (op) {
      case BinaryOperator::Add:
        return x + y;
      case BinaryOperator::Subtract:
        return x - y;
      case BinaryOperator::Multiply:
        return x * y;
      case BinaryOperator::Divide:
        return x / y;
      case BinaryOperator::Power:
        return fn::power(x, y);
      case BinaryOperator::Modulo:
        return fn::floor_modulo(x, y);
      case BinaryOperator::Less:
        return x < y;
      case BinaryOperator::LessEqual:
        return x <= y;
      case BinaryOperator::Greater:
        return x > y;
      case BinaryOperator::GreaterEqual:
        return x >= y;
      case BinaryOperator::Equal:
        return x == y;
      case BinaryOperator::NotEqual:
        return x != y;
      case BinaryOperator::And:
        return x != 0 && y != 0;
      case BinaryOperator::Or:
        return x != 0 || y != 0;
    }
    return 0;
  }

  double called(const Expression& e) {
    const std::string& f = e.name.key;
    if (const auto table = variables_.find(f); table != variables_.end()) return looked_up(*table->second, e);
    std::vector<double> a;
    for (const Expression& argument : e.arguments) a.push_back(value(argument));
    if (f == "if_then_else") return a.at(0) != 0 ? a.at(1) : a.at(2);
    if (f == "min") return fn::min(a.at(0), a.at(1));
    if (f == "max") return fn::max(a.at(0), a.at(1));
    if (f == "abs") return fn::abs(a.at(0));
    if (f == "exp") return fn::exp(a.at(0));
    if (f == "ln") return fn::ln(a.at(0));
    if (f == "sqrt") return fn::sqrt(a.at(0));
    if (f == "sin") return fn::sin(a.at(0));
    if (f == "cos") return fn::cos(a.at(0));
    if (f == "tan") return fn::tan(a.at(0));
    if (f == "arctan") return fn::atan(a.at(0));
    if (f == "tanh") return fn::tanh(a.at(0));
    if (f == "integer") return fn::truncate(a.at(0));
    if (f == "modulo") return fn::remainder(a.at(0), a.at(1));
    if (f == "power") return fn::power(a.at(0), a.at(1));
    if (f == "xidz") return fn::xidz(a.at(0), a.at(1), a.at(2));
    if (f == "zidz") return fn::xidz(a.at(0), a.at(1), 0);
    if (f == "step") return now_ + dt_ / 2 > a.at(1) ? a.at(0) : 0;
    if (f == "ramp") return a.at(1) < now_ ? a.at(0) * (fn::min(now_, a.at(2)) - a.at(1)) : 0;
    if (f == "pulse") {
      const double middle = now_ + dt_ / 2;
      return a.at(0) < middle && middle < a.at(0) + fn::max(a.at(1), dt_);
    }
    throw std::runtime_error("a function that the walker does not know: " + f);
  }

  double looked_up(const Variable& table, const Expression& e) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const Point& point : table.equations[0].tables[0].points) {
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
    return flowyard::worker::engine::lookup_clamp(xs.data(), ys.data(), static_cast<std::uint32_t>(xs.size()),
                                                  value(e.arguments.at(0)));
  }

  const Model& model_;
  const std::map<std::string, double>& parameters_;
  std::map<std::string, const Variable*> variables_;
  Stocks stocks_;
  std::map<std::string, ConveyorOf> conveyors_;      // by conveyor
  std::map<std::string, std::vector<double>> left_;  // what the step leaves on each, place by place
  std::map<std::string, const Variable*> into_;      // from a flow to the conveyor it enters
  std::map<std::string, std::string> out_of_;        // from a flow to the conveyor it leaves
  std::map<std::string, double> held_;               // flows of conveyors, during a step
  std::set<std::string> open_;
  double now_ = 0;
  double dt_ = 1;
  bool at_start_ = true;
};

}  // namespace

Walked walk(const Model& model, const std::map<std::string, double>& parameters) {
  return Walker(model, parameters).run();
}

}  // namespace flowyard::test
