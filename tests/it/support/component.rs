//! Components and modules that no tool of ours would make.

use wasm_encoder::{
    Component, ComponentImportSection, ComponentSection, ComponentTypeRef, ComponentTypeSection,
    ComponentValType, InstanceType, Module,
};
use wasmparser::Validator;

/// A core module without anything in it.
pub fn core_module() -> Vec<u8> {
    Module::new().finish()
}

/// A component without anything in it.
pub fn empty() -> Vec<u8> {
    Component::new().finish()
}

/// The component with one more import: an interface with one function.
pub fn importing(component: &[u8], interface: &str) -> Vec<u8> {
    let types = Validator::new().validate_all(component).unwrap();
    let next_type = types.as_ref().component_type_count();
    let mut instance = InstanceType::new();
    let none: [(&str, ComponentValType); 0] = [];
    instance.ty().function().params(none).result(None);
    instance.export("today", ComponentTypeRef::Func(0));
    let mut types = ComponentTypeSection::new();
    types.instance(&instance);
    let mut imports = ComponentImportSection::new();
    imports.import(interface, ComponentTypeRef::Instance(next_type));

    let mut changed = component.to_vec();
    types.append_to_component(&mut changed);
    imports.append_to_component(&mut changed);
    changed
}
