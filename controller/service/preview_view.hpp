// PreviewView: how a model behaves. See use_cases.hpp for what views are.
#pragma once

#include <string>
#include <vector>

#include <boost/describe/class.hpp>

namespace flowyard::controller::service {

// The first scenario of an experiment, run at once within the controller, with all that its model computes.
struct PreviewView {
  // Over the saved times, by element; those that are not finite are left out of the range.
  struct Range {
    std::string element;  // "north,old"; empty: of a scalar
    double first = 0, last = 0, least = 0, most = 0;
  };
  struct Variable {
    std::string name, kind, units, documentation;
    std::vector<std::string> inputs;  // what stands in its equations
    std::uint64_t elements = 1;
    std::vector<Range> ranges;  // of the first elements; of a lookup: none
  };
  struct Series {
    std::string name, element;
    std::vector<double> values;  // by time
  };
  std::string model, documentation;
  double start = 0, stop = 0;
  std::string time_units;
  std::uint64_t saves = 0;
  std::vector<Variable> variables;
  std::vector<double> times;  // of the series: evenly chosen among the saved times, first and last among them
  std::vector<Series> series;  // those that were asked for
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(PreviewView::Range, (), (element, first, last, least, most))
BOOST_DESCRIBE_STRUCT(PreviewView::Variable, (), (name, kind, units, documentation, inputs, elements, ranges))
BOOST_DESCRIBE_STRUCT(PreviewView::Series, (), (name, element, values))
BOOST_DESCRIBE_STRUCT(PreviewView, (),
                      (model, documentation, start, stop, time_units, saves, variables, times, series,
                       warnings))

// What a preview is to give besides its variables.
struct PreviewRequest {
  std::vector<std::string> series;  // names of variables
  std::uint64_t most_times = 50;    // of them
};

}  // namespace flowyard::controller::service
