#![allow(missing_docs)]
use std::future::poll_fn; use std::time::{Duration,Instant};
use user_events_core::*; use user_events_memory::*;
#[tokio::main(flavor="current_thread")]
async fn main(){
  for log in [false,true] { for _ in 0..3 {
    let t = if log {MemoryTransport::log()} else {MemoryTransport::queue()};
    let topo=Topology::new().with_queue(QueueSpec::new("q").bind(Binding::new("user.events","user.#")));
    t.apply(&topo, TopologyMode::Declare).await.unwrap();
    let mut s=t.subscribe(SubscriptionSpec::new("q").with_bindings([Binding::new("user.events","user.#")])).await.unwrap();
    let body=bytes::Bytes::from(vec![b'x';300]);
    let n=1_000_000u32; let start=Instant::now();
    let p=async{ for i in 0..n { let mut m=OutboundMessage::new("user.events","user.registered.v1",body.clone()).with_message_id("7f1c4e0a-9f63-4c6b-8a43-0e6f1f0a2b11"); m.properties.message_type=Some("UserRegistered.v1".into()); m.properties.source=Some("UserService".into());
      m.headers.append("traceparent", bytes::Bytes::from_static(b"00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"));
      let slot=t.in_flight().reserve(m.size()).await.unwrap();
      let d=tokio::time::Instant::now().into_std()+Duration::from_secs(30);
      t.publish(slot,m,d).await.unwrap(); if i%64==0 {tokio::task::yield_now().await;} } };
    let c=async{ for _ in 0..n { match poll_fn(|cx|s.poll_next(cx)).await { Some(Arrival::Delivery(d))=>d.ticket.done(), _=>panic!() } } };
    tokio::join!(p,c);
    let e=start.elapsed(); println!("log={log} {:.0}/s {:.0} ns", n as f64/e.as_secs_f64(), e.as_nanos() as f64/n as f64);
  }}
}
