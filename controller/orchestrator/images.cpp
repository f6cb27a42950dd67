// The part of Orchestrator that has the images of users' programs fetched, and keeps on record which they
// were.
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;

Task<> Orchestrator::fetch_image(Pinned<ActiveExperiment> e, fleet::Fleet& home) {
  const auto& runner = *e->spec.runner;
  fleet::ImageWanted wanted{.image = runner.image,
                            .pull = runner.pull,
                            .ran = e->image.ran,
                            .registry_auth = e->registry_auth,
                            .needs_login = e->needs_login};
  fleet::FetchSink told = [e, image = runner.image](const std::string& how_far) {
    if (e->cancel_wanted) throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, "no longer wanted");
    e->trouble.clear();
    e->fetching = "the image " + image + (how_far.empty() ? "" : ", ") + how_far;
  };
  std::exception_ptr failure;
  fleet::ImageFound found;
  try {
    found = co_await home.fetch_image(std::move(wanted), std::move(told));
  } catch (...) {
    failure = std::current_exception();
  }
  e->fetching.clear();
  if (failure) std::rethrow_exception(failure);
  if (found.ran != e->image.ran) {
    auto record = [id = e->id, ran = found.ran](store::Store& store) { store.set_image_ran(id, ran); };
    co_await store_.run(std::move(record));
    log_.info("an experiment has its image", {{"experiment", e->id.value}, {"image", found.ran}});
  }
  e->image = std::move(found);
}

void Orchestrator::give_credentials(experiment::ExperimentId id, Secret registry_auth) {
  auto e = pin(id);
  if (!e) return;
  e->registry_auth = std::move(registry_auth);
  e->needs_login = true;
  e->no_launch_before = timer_.now();
  e->trouble.clear();
  changed_.notify();
}

}  // namespace flowyard::controller::orchestrator
