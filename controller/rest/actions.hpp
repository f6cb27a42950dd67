// The actions behind the routes, one declaration each; see routes.cpp for what they answer.
#pragma once

#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {

async::Task<http::Response> plan_experiment(ApiContext& context, RequestContext call);
async::Task<http::Response> submit_experiment(ApiContext& context, RequestContext call);
async::Task<http::Response> list_experiments(ApiContext& context, RequestContext call);
async::Task<http::Response> show_experiment(ApiContext& context, RequestContext call);
async::Task<http::Response> show_progress(ApiContext& context, RequestContext call);
async::Task<http::Response> cancel_experiment(ApiContext& context, RequestContext call);
async::Task<http::Response> delete_experiment(ApiContext& context, RequestContext call);

async::Task<http::Response> list_workers(ApiContext& context, RequestContext call);
async::Task<http::Response> show_worker(ApiContext& context, RequestContext call);
async::Task<http::Response> restart_worker(ApiContext& context, RequestContext call);
async::Task<http::Response> delete_worker(ApiContext& context, RequestContext call);
async::Task<http::Response> worker_log(ApiContext& context, RequestContext call);

async::Task<http::Response> why(ApiContext& context, RequestContext call);
async::Task<http::Response> checkout(ApiContext& context, RequestContext call);
async::Task<http::Response> prune(ApiContext& context, RequestContext call);

async::Task<http::Response> events(ApiContext& context, RequestContext call);

async::Task<http::Response> show_controller(ApiContext& context, RequestContext call);
async::Task<http::Response> stop_controller(ApiContext& context, RequestContext call);
async::Task<http::Response> health(ApiContext& context, RequestContext call);
async::Task<http::Response> readiness(ApiContext& context, RequestContext call);
async::Task<http::Response> metrics(ApiContext& context, RequestContext call);
async::Task<http::Response> openapi(ApiContext& context, RequestContext call);

}  // namespace flowyard::controller::rest
