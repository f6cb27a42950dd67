// Block: some lanes of a run computed together, with their slots and all other run-time state. Owned by a
// Runner, filled anew for every block of lanes. Only `begin` allocates.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "worker/engine/bucket_index.hpp"
#include "worker/engine/cached_segment.hpp"
#include "worker/engine/conveyor.hpp"
#include "worker/engine/kernels.hpp"
#include "worker/engine/native/step_functions.hpp"
#include "worker/engine/pipe.hpp"
#include "worker/engine/queue.hpp"
#include "worker/engine/run.hpp"
#include "worker/engine/step_code.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::engine {

// What all blocks of one run share, resolved by name once.
struct RunPlan {
  const RunInput* input = nullptr;
  struct ParameterColumn {
    Slot first_slot;
    std::size_t elements;  // of the parameter; the column may have one for all
    const Column* column;
  };
  std::vector<ParameterColumn> columns;
  struct ParameterSeries {
    Slot first_slot;
    std::size_t elements;
    const SeriesParameter* series;
  };
  std::vector<ParameterSeries> series;
  struct StockColumn {
    std::vector<std::uint32_t> stocks;
    const Column* column;
  };
  std::vector<StockColumn> initials;
  // The program's tables, or a copy in which some are replaced by the run's own points.
  std::vector<Table> tables;
  std::vector<double> xs;
  std::vector<double> ys;
  std::vector<std::uint8_t> table_replaced;
  BucketIndexes indexes;
  double settings[4] = {};  // NaN where the run has none
  Method method = Method::Euler;
  // Called with the executed count of instructions times lanes; false: the run is interrupted.
  std::function<bool(std::uint64_t work)> going;
};

RunPlan make_plan(const Program& program, const RunInput& input);

class Block {
 public:
  Block(const Program& program, Level level);

  // For the runs that follow.
  void prepare(const RunPlan& plan);

  // Lanes first .. first + count of the run, at the start time, initialised.
  Result<void> begin(std::size_t first, std::size_t count);

  // Evaluates everything at the current time, then the parts that only saves need.
  void evaluate();
  void evaluate_save();
  // Advances by so many steps and evaluates there; the current step must have been evaluated.
  void advance(std::uint64_t steps);

  void finish(std::uint64_t saves);
  void accumulate(std::uint64_t saved, double before);

  // Time settings at this hook; those of lane 0. `lanes_agree` compares the others with it.
  TimeSettings settings() const;
  bool lanes_agree() const;
  double now() const { return now_; }
  const double* values(Slot slot) const { return memory_ + slot * stride_; }

  std::size_t bytes_per_lane() const;
  // The number of lanes whose block fits into the cache; after `prepare`.
  std::size_t good_lanes() const;

 private:
  struct Ring {
    std::size_t length = 1;
    std::size_t at = 0;
    std::size_t first = 0;  // in ring_values_
  };

  double* slot(Slot s) { return memory_ + s * stride_; }
  double* stock_slot(std::size_t stock) { return slot(program_.first_stock + static_cast<Slot>(stock)); }
  double* slot(const Frame& strip, Slot s) const { return strip.slots + s * stride_; }
  void reserve(std::size_t lanes);
  void lay_out(std::size_t lanes);
  void divide_into_strips();
  native::StepFunctions& functions_for(std::size_t stride, bool few);
  void fill(Slot s, double value);
  void fill_constants();
  void fill_parameters();
  void fill_initials();
  void apply_series(const Frame& strip);
  void set_time(double time);
  void run(const Code& code);
  Result<void> begin_delays();
  Result<void> begin_material_stocks();
  void at(Frame& strip, StepHook hook);
  void push_delays(const Frame& strip);
  void step_material_stocks(const Frame& strip);
  void hold_shifts(const Frame& strip);
  void release_material_stocks(const Frame& strip);
  void shift_stocks(const Frame& strip);
  void release_delays(const Frame& strip);
  void runge_kutta_auto();
  void try_sub_step();
  void accept_or_shrink(double dt);

  const Program& program_;
  Level level_;
  Code trial_;  // step and stocks without the instructions executed once a step
  const RunPlan* plan_ = nullptr;
  StepCode step_code_;
  Method method_ = Method::Euler;                                            // of step_code_
  bool with_series_ = false;                                                 // so is step_code_
  std::vector<std::unique_ptr<native::StepFunctions>> functions_by_stride_;  // of step_code_
  native::StepFunctions* functions_ = nullptr;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t stride_ = 0;  // from slot to slot
  std::size_t lanes_ = 0;   // count_, rounded up to whole strips
  std::vector<double> storage_;
  double* memory_ = nullptr;  // storage_, aligned to 64 bytes
  std::size_t literals_stride_ = 0;
  std::vector<double> scratch_;
  std::vector<std::uint64_t> draws_;
  std::vector<CachedSegment> segments_;  // by table
  std::vector<std::vector<double>> initial_values_;
  std::vector<const double*> initial_pointers_;
  std::vector<double> shifting_;  // of every shift: condition, accumulate, value
  std::vector<double> base_;      // RungeKuttaAuto: stocks at the sub-step's start
  std::vector<double> stages_;    // RungeKuttaAuto: seven rates of every stock
  std::vector<double> sub_step_;  // RungeKuttaAuto, by lane: step to try next
  std::vector<double> elapsed_;   // and the fraction of the whole step done
  std::vector<double> error_;
  std::vector<Ring> rings_;               // by delay and lane; of fixed ones
  std::vector<ConveyorState> conveyors_;  // by conveyor and lane
  std::vector<QueueState> queues_;        // by queue and lane
  std::vector<Pipe> pipes_;               // by delay and lane; of the others
  std::vector<double> ring_values_;
  double most_delay_steps_ = 1e7;
  Frame frame_;                // all lanes
  std::vector<Frame> strips_;  // the same lanes, so many at a time
  double now_ = 0;
};

}  // namespace flowyard::worker::engine
